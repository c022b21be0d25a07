using Microsoft.Playwright;

namespace MGLMM.Web.Tests;

/// <summary>A Chromium of the machine's own, one for all tests; without one they are skipped with the reason, but not where this is CI on Linux.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Variable = "MGLMM_CHROMIUM";

    // The shell without windows of its own is started and drawn with in half the time.
    private static readonly string[] Places = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly SemaphoreSlim _starting = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The browser; skips the test where there is none.</summary>
    internal async Task<IBrowser> GetAsync()
    {
        string? program = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : Places.FirstOrDefault(File.Exists);
        if (program is null)
        {
            Assert.SkipUnless(
                OperatingSystem.IsLinux() && string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase),
                $"There is no Chromium: install Debian's (apt-get install chromium-headless-shell), or name one with {Variable}.");
            Assert.Fail("CI is true and there is no Chromium: .ci/run installs it.");
        }

        await _starting.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = ["--no-sandbox"] });
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        _starting.Dispose();
    }
}
