package org.holdfast.it.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Page.WaitForConditionOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions.HasAttributeOptions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.holdfast.it.RunningSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardBrowserIT {
    private static final Path CHROMIUM = Path.of(System.getProperty("holdfast.chromium", "/usr/bin/chromium"));

    /** Debian's Chromium as root, and without calls of its own to the network. */
    private static final List<String> FLAGS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /** Covers the fall count of the health check, on a machine that also runs five databases. */
    private static final double DOWN_MILLIS_MAX = 20_000;

    private static final double UP_MILLIS_MAX = 90_000;
    private static final double FOUND_MILLIS_MAX = 30_000;

    private final RunningSystem system = RunningSystem.get();
    private final List<String> foreignRequests = new CopyOnWriteArrayList<>();
    private final List<String> scriptErrors = new CopyOnWriteArrayList<>();

    private Playwright playwright;
    private Browser browser;
    private BrowserContext context;
    private Page page;

    @BeforeAll
    void startBrowser() {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new LaunchOptions().setExecutablePath(CHROMIUM).setArgs(FLAGS));
    }

    @AfterAll
    void stopBrowser() {
        // Closing Playwright also ends a browser that was launched, or half launched.
        playwright.close();
    }

    @BeforeEach
    void openPage() {
        foreignRequests.clear();
        scriptErrors.clear();
        context = browser.newContext();
        page = context.newPage();
        page.onRequest(request -> {
            if (!request.url().startsWith(system.baseUri().toString())) {
                foreignRequests.add(request.url());
            }
        });
        page.onPageError(scriptErrors::add);
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                scriptErrors.add(message.text());
            }
        });
        page.navigate(system.baseUri().toString());
    }

    @AfterEach
    void closePage(TestInfo test) {
        Path picture =
                Path.of("target", "browser", test.getTestMethod().orElseThrow().getName() + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(picture).setFullPage(true));
        context.close();
        Assertions.assertThat(scriptErrors).isEmpty();
        Assertions.assertThat(foreignRequests).isEmpty();
    }

    @Test
    void wrongPasswordIsSaidAndNothingElseIsShown() {
        fillLogin(system.agent().user(), "not the password");

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("password is wrong");
        assertThat(page.getByLabel("Password")).isVisible();
        assertThat(page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName("Search")))
                .hasCount(0);
    }

    @Test
    void loggingOutEndsTheSessionOfTheTab() {
        logInAsAgent();

        button("Log out").click();

        assertThat(page.getByLabel("User name")).isVisible();
        page.navigate(system.baseUri().resolve("/#/agents").toString());
        page.reload();
        assertThat(page.getByLabel("User name")).isVisible();
    }

    @Test
    void searchFindsWhatAnAgentRemembered() throws Exception {
        String keeper = uniqueWord();
        String conversation = "conversation-" + keeper;
        new Memories(system, "Agent " + keeper)
                .remember(conversation, "The lighthouse keeper " + keeper + " takes oat milk in the morning coffee.");
        logInAsAgent();

        Locator found = search("What does the keeper " + keeper + " drink?", keeper + " takes oat milk");

        assertThat(found.locator("mark").getByText(keeper)).isVisible();
        found.getByRole(AriaRole.LINK).click();
        assertThat(page.getByRole(AriaRole.HEADING, new GetByRoleOptions().setName(conversation)))
                .isVisible();
        assertThat(page.locator(".transcript [aria-current=true]")).containsText(keeper);
    }

    @Test
    void markupInAMemoryIsShownAsText() throws Exception {
        String marker = uniqueWord();
        String markup = "<img src=x onerror=document.title='taken'> " + marker;
        new Memories(system, "Agent " + marker).remember("conversation-" + marker, markup);
        logInAsAgent();

        Locator found = search(marker, marker);

        assertThat(found).containsText(markup);
        assertThat(page.locator("main img")).hasCount(0);
        Assertions.assertThat(page.title()).doesNotContain("taken");
    }

    @Test
    void agentsAreListedAndCreated() {
        String name = "Agent " + uniqueWord();
        logInAsAgent();
        tab("Agents").click();

        page.getByText("New agent").click();
        page.getByLabel("Name").fill(name);
        button("Create agent").click();

        assertThat(page.getByText("Created " + name)).isVisible();
        page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName(name)).click();
        assertThat(page.getByRole(AriaRole.HEADING, new GetByRoleOptions().setName(name)))
                .isVisible();
        assertThat(page.getByText("This agent has no conversation yet.")).isVisible();
    }

    @Test
    void aKilledNodeIsSeenDownAndThenUpAgain() {
        logIn(system.admin().user(), system.admin().password());
        Locator replica = page.locator("[data-node=replica1]");
        assertThat(replica).hasAttribute("data-state", "up", within(UP_MILLIS_MAX));
        assertThat(page.locator("[data-node=primary]")).containsText("Writer");

        system.kill("replica1");
        try {
            assertThat(replica).hasAttribute("data-state", "down", within(DOWN_MILLIS_MAX));
            assertThat(page.locator(".facts")).containsText("replica1 down");
            assertThat(page.locator("[data-node=replica2]")).hasAttribute("data-state", "up");
        } finally {
            system.start("replica1");
        }

        assertThat(replica).hasAttribute("data-state", "up", within(UP_MILLIS_MAX));
        assertThat(page.locator(".changes [data-subject=replica1][data-to=up]").first())
                .isVisible();
        assertThat(page.locator(".changes [data-subject=replica1][data-to=down]")
                        .first())
                .isVisible();
    }

    private void logInAsAgent() {
        logIn(system.agent().user(), system.agent().password());
    }

    private void logIn(String user, String password) {
        fillLogin(user, password);
        assertThat(button("Log out")).isVisible();
    }

    private void fillLogin(String user, String password) {
        page.getByLabel("User name").fill(user);
        page.getByLabel("Password").fill(password);
        button("Log in").click();
    }

    /** Searches until it is found: the page may read from a replica that the memory has not yet reached. */
    private Locator search(String query, String expected) {
        tab("Search").click();
        page.getByLabel("What should be remembered?").fill(query);
        Locator found = page.locator(".memory").filter(new Locator.FilterOptions().setHasText(expected));
        Locator told = page.locator(".told");
        page.waitForCondition(
                () -> {
                    button("Search").click();
                    told.waitFor();
                    return found.count() > 0;
                },
                new WaitForConditionOptions().setTimeout(FOUND_MILLIS_MAX));
        return found.first();
    }

    private Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName(name));
    }

    private Locator tab(String name) {
        return page.getByRole(AriaRole.NAVIGATION)
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name));
    }

    private static HasAttributeOptions within(double millis) {
        return new HasAttributeOptions().setTimeout(millis);
    }

    /** A word of letters only, which full-text search keeps whole. */
    private static String uniqueWord() {
        return UUID.randomUUID()
                .toString()
                .replace("-", "")
                .chars()
                .limit(12)
                .map(digit -> 'b' + Character.digit(digit, 16))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
