package org.holdfast.client;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is kept of a message: LangChain4j's own JSON, to give it back, and what a person would read, to find it. */
record MessageText(String json, String readable, String speaker) {
    private static final int SPEAKER_CHARS_MAX = 200;

    static MessageText of(ChatMessage message) {
        return new MessageText(
                escaped(ChatMessageSerializer.messageToJson(message)), storable(readable(message)), speaker(message));
    }

    private static String readable(ChatMessage message) {
        List<String> texts = new ArrayList<>();
        if (message instanceof SystemMessage system) {
            texts.add(system.text());
        } else if (message instanceof UserMessage user) {
            user.contents().forEach(content -> {
                if (content instanceof TextContent text) {
                    texts.add(text.text());
                }
            });
        } else if (message instanceof ToolExecutionResultMessage result) {
            texts.add(String.valueOf(result.text()));
        } else if (message instanceof AiMessage answer) {
            if (answer.text() != null) {
                texts.add(answer.text());
            }
            for (ToolExecutionRequest call : answer.toolExecutionRequests()) {
                texts.add(call.name() + " " + call.arguments());
            }
        }
        return String.join("\n", texts);
    }

    private static String speaker(ChatMessage message) {
        if (message instanceof UserMessage user
                && user.name() != null
                && !user.name().isBlank()) {
            String name = storable(user.name());
            return name.substring(0, Math.min(SPEAKER_CHARS_MAX, name.length()));
        }
        return switch (message.type()) {
            case SYSTEM -> "system";
            case USER -> "user";
            case AI -> "assistant";
            case TOOL_EXECUTION_RESULT -> "tool";
            case CUSTOM -> "custom";
        };
    }

    // Half a surrogate pair cannot be sent as such; in JSON it can stand as an escape.
    private static String escaped(String json) {
        StringBuilder safe = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            if (isHalf(json, i)) {
                safe.append(String.format(Locale.ROOT, "\\u%04x", (int) json.charAt(i)));
            } else {
                safe.append(json.charAt(i));
            }
        }
        return safe.toString();
    }

    private static String storable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            safe.append(text.charAt(i) == 0 || isHalf(text, i) ? '\uFFFD' : text.charAt(i));
        }
        return safe.toString();
    }

    private static boolean isHalf(String text, int at) {
        char here = text.charAt(at);
        if (Character.isHighSurrogate(here)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(here) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
