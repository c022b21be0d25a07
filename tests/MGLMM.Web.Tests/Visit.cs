using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace MGLMM.Web.Tests;

/// <summary>
/// A browser's window on the page. Whatever a test does, it fails where the console has an error, where anything was asked of another host, or
/// where the page is wider than its window.
/// </summary>
internal sealed partial class Visit : IAsyncDisposable
{
    private static readonly string AxeScript = new BundledAxeScriptProvider().GetScript();
    private static readonly string[] Rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];
    private readonly string _address;
    private readonly HashSet<string> _expected = [];

    private Visit(IBrowserContext context, IPage page, string address)
    {
        (_context, Page, _address) = (context, page, address);
        page.Console += (_, message) =>
        {
            // An answer that a test provokes is told in the console by the browser itself.
            if (message.Type is "error" or "warning" && !_expected.Any(part => message.Text.Contains(part, StringComparison.Ordinal)))
            {
                _faults.Add($"console: {message.Text}");
            }
        };
        page.PageError += (_, error) => _faults.Add($"error: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal) && !request.Url.StartsWith("blob:" + address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                _faults.Add($"another host: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    public ILocator Stage => Page.Locator("#stage");

    public ILocator Turns => Page.Locator("#turns .turn:not(.live)");

    public ILocator Layers => Page.Locator("#layers > .layer");

    public static async Task<Visit> OpenAsync(Chromium chromium, PageServer server, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, bool touch = false, string path = "/", string? expecting = null)
    {
        IBrowser browser = await chromium.GetAsync();
        Assertions.SetDefaultExpectTimeout(30_000);
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            HasTouch = touch,
            ReducedMotion = ReducedMotion.Reduce,
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(30_000);
        IPage page = await context.NewPageAsync();
        Visit visit = new(context, page, server.Address);
        if (expecting is not null)
        {
            // What the page is answered while it opens is told before the caller has the visit.
            visit.Expect(expecting);
        }

        await page.GotoAsync(server.Address + path);
        return visit;
    }

    /// <summary>Lets the console tell of an answer that the test provokes.</summary>
    public void Expect(string part) => _expected.Add(part);

    /// <summary>Opens one of the bundled pictures.</summary>
    public async Task OpenSampleAsync(string name = "Garden")
    {
        await Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true }).ClickAsync();
        await SeesPictureAsync();
    }

    public async Task SeesPictureAsync()
    {
        await Assertions.Expect(Page.Locator("#work")).ToBeVisibleAsync();
        await Page.WaitForFunctionAsync("() => document.querySelector('.picture').complete && document.querySelector('.picture').naturalWidth > 0");
    }

    /// <summary>Waits in the page until its address is such; a script that may name another one as `other`. The library's own wait hears of an address only by
    /// its change, and misses one that comes between its first look and its listening.</summary>
    public async Task<string> AddressAsync(string condition, string other = "")
    {
        await Page.WaitForFunctionAsync($"other => {condition}", other);
        return await Page.EvaluateAsync<string>("() => location.href");
    }

    public Task LevelAsync(string name) => Page.Locator("#levels").GetByText(name, new LocatorGetByTextOptions { Exact = true }).ClickAsync();

    public async Task AskAsync(string request)
    {
        await Page.Locator("#ask").FillAsync(request);
        await Page.Locator("#ask").PressAsync("Enter");
    }

    /// <summary>Waits until so many turns were answered, and gives the last.</summary>
    public async Task<ILocator> AnsweredAsync(int count)
    {
        await Assertions.Expect(Turns).ToHaveCountAsync(count, new LocatorAssertionsToHaveCountOptions { Timeout = 30_000 });
        await Assertions.Expect(Page.Locator("#turns .live")).ToHaveCountAsync(0);
        return Turns.Last;
    }

    /// <summary>A place of the picture on the screen; x and y are shares of its width and height.</summary>
    public async Task<(float X, float Y)> PlaceAsync(double x, double y)
    {
        LocatorBoundingBoxResult box = (await Page.Locator(".picture").BoundingBoxAsync())!;
        return ((float)(box.X + (x * box.Width)), (float)(box.Y + (y * box.Height)));
    }

    public async Task ClickPictureAsync(double x, double y)
    {
        (float X, float Y) place = await PlaceAsync(x, y);
        await Page.Mouse.ClickAsync(place.X, place.Y);
    }

    public async Task MoveToPictureAsync(double x, double y)
    {
        (float X, float Y) place = await PlaceAsync(x, y);
        await Page.Mouse.MoveAsync(place.X - 3, place.Y);
        await Page.Mouse.MoveAsync(place.X, place.Y);
    }

    /// <summary>The colour of a canvas at a place of the picture: red, green, blue, alpha.</summary>
    public async Task<int[]> ColorAsync(string canvas, double x, double y)
    {
        (float X, float Y) place = await PlaceAsync(x, y);
        return await Page.EvaluateAsync<int[]>(
            """
            ({ name, x, y }) => {
              const canvas = document.querySelector('.' + name);
              const box = canvas.getBoundingClientRect();
              if (canvas.width === 0 || box.width === 0) { return [0, 0, 0, 0]; }
              // One pixel of a copy: the page's own canvas stays where its drawing is quick.
              const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
              pixel.drawImage(canvas, -Math.floor((x - box.left) * canvas.width / box.width), -Math.floor((y - box.top) * canvas.height / box.height));
              return [...pixel.getImageData(0, 0, 1, 1).data];
            }
            """,
            new { name = canvas, x = (double)place.X, y = (double)place.Y });
    }

    /// <summary>Waits until a canvas is drawn on, or not, at a place of the picture.</summary>
    public async Task DrawnAsync(string canvas, double x, double y, bool drawn = true)
    {
        int alpha = -1;
        for (int attempt = 0; attempt < 200; attempt++)
        {
            alpha = (await ColorAsync(canvas, x, y))[3];
            if (alpha > 0 == drawn)
            {
                return;
            }

            await Page.WaitForTimeoutAsync(50);
        }

        Assert.Fail($"The canvas {canvas} has the alpha {alpha} at {x}, {y}.");
    }

    /// <summary>No name, role, label or contrast is missing, by the rules of WCAG 2.2 AA that a program can check.</summary>
    public async Task AccessibleAsync(string where)
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            await Page.EvaluateAsync(AxeScript);
        }

        string[] violations = await Page.EvaluateAsync<string[]>(
            """
            async tags => (await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })).violations.map(violation =>
              `${violation.id}: ${violation.help}\n  ` + violation.nodes.slice(0, 4).map(node => `${node.html} ${node.failureSummary}`).join('\n  '))
            """,
            Rules);
        Assert.True(violations.Length == 0, $"{where}: " + string.Join("\n", violations));
    }

    /// <summary>Writes a picture of the page to artifacts/web-page, for people to look at.</summary>
    public async Task ShotAsync(string name)
    {
        await Page.WaitForTimeoutAsync(150);
        string folder = RepositoryRoot.Combine("artifacts", "web-page");
        Directory.CreateDirectory(folder);
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
    }

    public async ValueTask DisposeAsync()
    {
        double excess = await Page.EvaluateAsync<double>("() => document.documentElement.scrollWidth - window.innerWidth");
        await _context.CloseAsync();
        Assert.Empty(_faults);
        Assert.True(excess <= 0, $"The page is {excess} px wider than its window.");
    }
}
