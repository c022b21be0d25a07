using Microsoft.Playwright;

namespace MGLMM.Web.Tests;

/// <summary>A person's way through the page, over a model whose answers are known.</summary>
public sealed class WorkTests(Chromium chromium)
{
    private static Task<PageServer> ServerAsync() => PageServer.StartAsync(new GardenModel());

    [Fact]
    public async Task Scene_hover_click_parts_and_undo()
    {
        await using PageServer server = await ServerAsync();
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        IPage page = visit.Page;
        await Assertions.Expect(page.Locator("#card")).ToContainTextAsync("Knows drawn gardens; does not know photographs.");
        await visit.OpenSampleAsync();
        await Assertions.Expect(page.Locator("#planner")).ToHaveTextAsync("Planning: offline planner (rules, no language model)");

        // The whole scene: eight things, each a layer, each phrase in the colour of its mask.
        await visit.LevelAsync("Scene");
        ILocator answer = await visit.AnsweredAsync(1);
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(8);
        await Assertions.Expect(page.Locator("[data-level=panoptic]")).ToHaveAttributeAsync("aria-pressed", "true");
        await visit.DrawnAsync("base", 0.55, 0.45);
        await visit.DrawnAsync("base", 0.55, 0.95, drawn: false);
        ILocator house = answer.Locator(".phrase", new LocatorLocatorOptions { HasText = "a white house" }).First; // the calls that are folded away name it again
        int[] mask = await visit.ColorAsync("base", 0.55, 0.45);
        string color = (await house.EvaluateAsync<string>("element => element.style.getPropertyValue('--color')"))[1..];
        int[] named = [.. Enumerable.Range(0, 3).Select(channel => Convert.ToInt32(color.Substring(2 * channel, 2), 16))];
        Assert.All(Enumerable.Range(0, 3), channel => Assert.InRange(mask[channel], named[channel] - 4, named[channel] + 4));

        // A phrase lights its mask, and a mask its phrase and its layer.
        await house.HoverAsync();
        await visit.DrawnAsync("lit", 0.55, 0.45);
        await visit.DrawnAsync("lit", 0.9, 0.4, drawn: false);
        await visit.MoveToPictureAsync(0.9, 0.4);
        ILocator lit = answer.Locator(".phrase.lit").First;
        await Assertions.Expect(lit).ToHaveTextAsync("a green tree");
        await Assertions.Expect(page.Locator("#layers .layer.lit .words")).ToHaveTextAsync("green tree");
        await Assertions.Expect(page.Locator("#hover-label")).ToHaveTextAsync("a green tree");

        // A click tells what it is: 0.3 x 0.3 of the picture.
        await visit.ClickPictureAsync(0.55, 0.45);
        ILocator card = page.Locator("#popover");
        await Assertions.Expect(card).ToContainTextAsync("a white house");
        await Assertions.Expect(card).ToContainTextAsync("27,648 px · 9.0 % of the picture");
        await Assertions.Expect(card).ToContainTextAsync("192 × 144 px at 256, 144");
        await card.GetByText("Only this").ClickAsync();
        await visit.DrawnAsync("base", 0.9, 0.4, drawn: false);
        await page.Locator("#focus-note").GetByText("Show all").ClickAsync();
        await visit.DrawnAsync("base", 0.9, 0.4);

        // Its parts take its place; undone, it is there again, and the parts are not.
        await card.GetByText("Show its parts").ClickAsync();
        await visit.AnsweredAsync(2);
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(10);
        await Assertions.Expect(page.Locator(".layer[data-depth='1']")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".layer.hidden-layer .words")).ToHaveTextAsync("white house");
        await page.Locator("#undo-button").ClickAsync();
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(8);
        await Assertions.Expect(page.Locator(".layer.hidden-layer")).ToHaveCountAsync(0);
        await page.Locator("#redo-button").ClickAsync();
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(10);
        await visit.ShotAsync("parts");

        // Describe it, by the model.
        await visit.ClickPictureAsync(0.9, 0.4);
        await card.GetByText("Describe it").ClickAsync();
        await Assertions.Expect(await visit.AnsweredAsync(3)).ToContainTextAsync("This is ");
        await visit.AccessibleAsync("at work");
    }

    [Fact]
    public async Task Chat_calls_export_and_history_after_a_reload()
    {
        await using PageServer server = await ServerAsync();
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        IPage page = visit.Page;
        await visit.OpenSampleAsync("Street");
        await visit.AskAsync("How many trees are there?");
        ILocator answer = await visit.AnsweredAsync(1);
        await Assertions.Expect(answer).ToContainTextAsync("The model sees 2 trees: a green tree and a green tree.");

        // The agent's calls, folded until they are asked for.
        ILocator calls = answer.Locator("details.calls");
        await Assertions.Expect(calls.Locator("summary").First).ToContainTextAsync("4 calls");
        await Assertions.Expect(calls.GetByText("select_regions")).ToBeHiddenAsync();
        await calls.Locator("summary").First.ClickAsync();
        await Assertions.Expect(calls.GetByText("select_regions")).ToBeVisibleAsync();
        await Assertions.Expect(calls).ToContainTextAsync("(image: img1, granularity: instance)");

        // Both trees stay marked behind the answer.
        await Assertions.Expect(page.Locator("#layers .layer.chosen")).ToHaveCountAsync(2);
        await visit.AskAsync("Outline the largest tree");
        await Assertions.Expect((await visit.AnsweredAsync(2)).Locator("figure.made img")).ToBeVisibleAsync();

        // Every format and every style.
        await page.Locator("#export-button").ClickAsync();
        ILocator dialog = page.Locator("#export-dialog");
        await visit.AccessibleAsync("export");
        await Assertions.Expect(dialog.Locator(".tile")).ToHaveCountAsync(8 + 9);
        foreach ((string title, string file) in ((string, string)[])[("GeoJSON", "regions.geojson"), ("COCO", "coco.json"), ("Cut out", "cutout.png"), ("YOLO", ".zip")])
        {
            IDownload download = await page.RunAndWaitForDownloadAsync(() => dialog.Locator(".tile", new LocatorLocatorOptions { Has = page.Locator($"strong:text-is('{title}')") }).ClickAsync());
            Assert.EndsWith(file[file.LastIndexOf('.')..], download.SuggestedFilename, StringComparison.Ordinal);
            Assert.True(new FileInfo((await download.PathAsync())!).Length > 100);
        }

        await visit.ShotAsync("export");
        await dialog.GetByLabel("Close").ClickAsync();

        // Loaded again: what was said, what was found, and who was chosen to be seen.
        int count = await visit.Layers.CountAsync();
        await page.ReloadAsync();
        await visit.SeesPictureAsync();
        await visit.AnsweredAsync(2);
        await Assertions.Expect(visit.Turns.First).ToContainTextAsync("The model sees 2 trees");
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(count);
        await visit.DrawnAsync("base", 0.9, 0.4);

        // The planner knows what was said before.
        await visit.AskAsync("Cut them out.");
        await Assertions.Expect(await visit.AnsweredAsync(3)).ToContainTextAsync("I cut out");

        await page.Locator("#history-button").ClickAsync();
        await Assertions.Expect(page.Locator("#history-dialog")).ToContainTextAsync("street.png");
        await visit.AccessibleAsync("history");
        await page.GetByLabel("Remove the conversation about street.png").ClickAsync();
        await Assertions.Expect(page.Locator("#history-dialog")).ToContainTextAsync("Nothing yet");
        await Assertions.Expect(page.Locator("#welcome")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Levels_are_asked_for_once_and_parts_of_everything_are_found()
    {
        GardenModel model = new();
        await using PageServer server = await PageServer.StartAsync(model);
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        await visit.OpenSampleAsync();
        await visit.LevelAsync("Objects");
        await visit.AnsweredAsync(1);
        await visit.LevelAsync("Parts");
        await visit.AnsweredAsync(2);
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(16);
        int asked = model.Asked.Count;
        await visit.LevelAsync("Objects");
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(8);
        await Assertions.Expect(visit.Page.Locator("#layers .aside summary")).ToHaveTextAsync("From other answers (16)");
        await visit.LevelAsync("Parts");
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(16);
        Assert.Equal(asked, model.Asked.Count);
    }

    [Fact]
    public async Task Every_style_draws_what_it_says()
    {
        await using PageServer server = await ServerAsync();
        await using Visit visit = await Visit.OpenAsync(chromium, server);
        await visit.OpenSampleAsync();
        await visit.LevelAsync("Objects");
        await visit.AnsweredAsync(1);
        foreach (string style in (string[])["Cut out", "Outlines", "Numbers", "Blur the rest", "Picture alone", "Colours"])
        {
            await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = style, Exact = true }).ClickAsync();
            (bool inside, bool outside) = style switch { "Numbers" or "Colours" => (true, false), "Cut out" or "Blur the rest" => (false, true), _ => (false, false) };
            await visit.DrawnAsync("base", 0.45, 0.35, inside);
            await visit.DrawnAsync("base", 0.6, 0.95, outside);

            if (style == "Numbers")
            {
                await Assertions.Expect(visit.Layers.First.Locator(".number")).ToHaveTextAsync("1");
            }
        }
    }
}
