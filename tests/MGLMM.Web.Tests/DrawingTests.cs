using System.Text.Json;
using Microsoft.Playwright;

namespace MGLMM.Web.Tests;

/// <summary>Regions of a person's own, and masks that are joined, taken away, renamed and hidden.</summary>
public sealed class DrawingTests(Chromium chromium)
{
    [Fact]
    public async Task Brush_polygon_merge_subtract_rename_hide_and_undo()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        IPage page = visit.Page;
        await visit.OpenSampleAsync();

        // A stroke of the brush, 36 px of the screen wide, from a tenth to half of the picture.
        await page.GetByLabel("Brush", new PageGetByLabelOptions { Exact = true }).ClickAsync();
        await page.Locator("#drawing-name").FillAsync("my path");
        await DragAsync(visit, (0.1, 0.5), (0.5, 0.5));
        await Assertions.Expect(page.Locator("#drawing-done")).ToBeEnabledAsync();
        await visit.ShotAsync("brush");
        await visit.AccessibleAsync("drawing");
        await page.Locator("#drawing-done").ClickAsync();
        await Assertions.Expect(visit.Layers.Locator(".words")).ToHaveTextAsync(["my path"]);
        await visit.DrawnAsync("base", 0.3, 0.5);
        (long area, double scale) = (await AreaAsync(page, server, "m1"), await ScaleAsync(visit));
        double radius = 18 / scale;
        double expected = (0.4 * 640 * 2 * radius) + (Math.PI * radius * radius);
        Assert.InRange(area, expected * 0.97, expected * 1.03);
        await Assertions.Expect(page.Locator("#popover")).ToContainTextAsync("drawn with the brush");
        await page.Keyboard.PressAsync("Escape");

        // A polygon: the left half of the picture's middle.
        await page.GetByLabel("Polygon", new PageGetByLabelOptions { Exact = true }).ClickAsync();
        await page.Locator("#drawing-name").FillAsync("the field");
        foreach ((double x, double y) in ((double, double)[])[(0.25, 0.25), (0.5, 0.25), (0.5, 0.75), (0.25, 0.75)])
        {
            await visit.ClickPictureAsync(x, y);
        }

        await visit.ClickPictureAsync(0.25, 0.25);
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(2);
        Assert.InRange(await AreaAsync(page, server, "m2"), (160 * 240) - 700, (160 * 240) + 700);

        // The path without the field is what of it lies left of the field.
        await page.Keyboard.PressAsync("Escape");
        await page.GetByLabel("Choose my path").CheckAsync();
        await page.GetByLabel("Choose the field").CheckAsync();
        await page.Locator("#combine").GetByText("my path without field").ClickAsync();
        const string Subtracted = "Undo: Subtract the field from my path";
        await Assertions.Expect(page.Locator("#undo-button")).ToHaveAttributeAsync("aria-label", Subtracted); // two layers before, two after: this is what tells
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(2);
        await visit.DrawnAsync("base", 0.15, 0.5);
        long left = await AreaAsync(page, server, "m3");
        Assert.InRange(left, area * 0.3, area * 0.45);

        // Undone, the path is whole again.
        await page.Locator("#undo-button").ClickAsync();
        await Assertions.Expect(page.Locator("#undo-button")).Not.ToHaveAttributeAsync("aria-label", Subtracted);
        await Assertions.Expect(page.GetByLabel("Choose my path")).ToBeVisibleAsync();
        await page.GetByLabel("Choose my path").CheckAsync();
        await page.GetByLabel("Choose the field").CheckAsync();
        await page.Locator("#combine").GetByText("Merge").ClickAsync();
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#undo-button")).ToHaveAttributeAsync("aria-label", "Undo: Merge my path, the field");

        // Renamed, hidden, and back, step by step.
        await visit.Layers.First.HoverAsync();
        await visit.Layers.First.GetByTitle("Rename").ClickAsync();
        await page.Locator("input.rename").FillAsync("garden path");
        await page.Locator("input.rename").PressAsync("Enter");
        await Assertions.Expect(visit.Layers.Locator(".words")).ToHaveTextAsync("garden path");
        await page.GetByLabel("Hide garden path").ClickAsync();
        await visit.DrawnAsync("base", 0.4, 0.4, drawn: false);
        await page.Locator("#undo-button").ClickAsync();
        await visit.DrawnAsync("base", 0.4, 0.4);
        await page.Locator("#undo-button").ClickAsync();
        await Assertions.Expect(visit.Layers.Locator(".words")).Not.ToHaveTextAsync("garden path");
        await page.Locator("#undo-button").ClickAsync();
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(2);
        await page.Locator("#undo-button").ClickAsync();
        await page.Locator("#undo-button").ClickAsync();
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#undo-button")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task Everything_can_be_done_by_keys()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        IPage page = visit.Page;
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Garden", Exact = true }).PressAsync("Enter");
        await visit.SeesPictureAsync();
        await page.Locator("[data-level=instance]").PressAsync("Enter");
        await visit.AnsweredAsync(1);

        // Region by region, to its card, and back.
        await visit.Stage.FocusAsync();
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.PressAsync("n");
        await Assertions.Expect(page.Locator("#announce")).ToHaveTextAsync("a grey rabbit, 1 percent of the picture");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#popover")).ToContainTextAsync("a grey rabbit");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#popover")).ToBeHiddenAsync();
        await Assertions.Expect(visit.Stage).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(7);
        await page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(8);

        // A triangle around the middle.
        await page.Keyboard.PressAsync("g");
        foreach (string key in (string[])["ArrowUp", "ArrowUp", "ArrowUp", " ", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown", " ", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", " ", "Enter"])
        {
            await page.Keyboard.PressAsync(key);
        }

        await Assertions.Expect(visit.Layers).ToHaveCountAsync(9);

        // Zoom.
        await visit.Stage.FocusAsync();
        string? before = await page.Locator("#zoom-words").TextContentAsync();
        await page.Keyboard.PressAsync("+");
        await Assertions.Expect(page.Locator("#zoom-words")).Not.ToHaveTextAsync(before!);
        await page.Keyboard.PressAsync("0");
        await Assertions.Expect(page.Locator("#zoom-words")).ToHaveTextAsync(before!);
    }

    [Fact]
    public async Task Keys_do_not_lose_their_place_when_what_they_pressed_is_gone()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel());
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        IPage page = visit.Page;
        await visit.OpenSampleAsync();
        await visit.LevelAsync("Objects");
        await visit.AnsweredAsync(1);
        await visit.Stage.FocusAsync();
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.PressAsync("Enter");
        ILocator focus = page.Locator("#popover [data-key=focus]");
        await focus.PressAsync("Enter");
        await Assertions.Expect(focus).ToHaveTextAsync("Show all");
        await Assertions.Expect(focus).ToBeFocusedAsync();
        await focus.PressAsync("Enter");
        await Assertions.Expect(focus).ToHaveTextAsync("Only this");
        await page.Locator("#popover [data-key=trash]").PressAsync("Enter");
        await Assertions.Expect(visit.Stage).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#announce")).ToHaveTextAsync("a grey rabbit is removed.");

        // Nor in a dialog that is drawn anew.
        await page.GetByLabel("Choose", new PageGetByLabelOptions { Exact = false }).First.CheckAsync();
        await page.Locator("#export-button").PressAsync("Enter");
        ILocator chosen = page.Locator("#export-dialog [data-key=chosen]");
        await chosen.CheckAsync();
        await Assertions.Expect(chosen).ToBeCheckedAsync();
        await Assertions.Expect(chosen).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#history-button").PressAsync("Enter");
        await page.Locator("#history-dialog .history [data-key]").PressAsync("Enter");
        await Assertions.Expect(page.Locator("#history-dialog .history li")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#history-dialog").GetByLabel("Close")).ToBeFocusedAsync();
    }

    private static async Task DragAsync(Visit visit, (double X, double Y) from, (double X, double Y) to)
    {
        (float startX, float startY) = await visit.PlaceAsync(from.X, from.Y);
        (float endX, float endY) = await visit.PlaceAsync(to.X, to.Y);
        await visit.Page.Mouse.MoveAsync(startX, startY);
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(endX, endY, new MouseMoveOptions { Steps = 8 });
        await visit.Page.Mouse.UpAsync();
    }

    private static async Task<double> ScaleAsync(Visit visit) => (await visit.Page.Locator(".picture").BoundingBoxAsync())!.Width / 640.0;

    private static async Task<long> AreaAsync(IPage page, PageServer server, string region)
    {
        string conversation = page.Url[(page.Url.LastIndexOf('/') + 1)..];
        using HttpClient client = new();
        using JsonDocument document = JsonDocument.Parse(await client.GetStringAsync($"{server.Address}/api/conversations/{conversation}/regions/{region}"));
        return document.RootElement.GetProperty("area_px").GetInt64();
    }
}
