using MGLMM.Vision;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;

namespace MGLMM.Vision.Tests;

/// <summary>Every mistake comes back as {code, message, try}, with the way out.</summary>
public sealed class ToolErrorTests(OracleTools oracle)
{
    [Fact]
    public async Task Unknown_handles_name_the_known_ones()
    {
        VisionToolset toolset = oracle.NewToolset();
        ToolError none = await toolset.AskAsync("img1", "What is it?").Fails(ToolErrorCodes.UnknownHandle);
        Assert.Contains("none yet", none.Try);
        Assert.Contains("open_image", none.Try);

        await toolset.OpenImageAsync("landscape");
        Assert.Contains("img1 (landscape)", (await toolset.CaptionAsync("img7").Fails(ToolErrorCodes.UnknownHandle)).Try);
        await toolset.SegmentAndCaptionAsync("img1");
        ToolError region = await toolset.SegmentAndCaptionAsync("img1", "part", "m9").Fails(ToolErrorCodes.UnknownHandle);
        Assert.Contains("m1 (a red barn)", region.Try);
        Assert.Contains("m3 (the grey sky)", region.Try);

        // An image handle where a region belongs, and the other way round.
        await toolset.ReferAsync("img1", "barn", "img1").Fails(ToolErrorCodes.UnknownHandle);
        await toolset.ReferAsync("m1", "barn").Fails(ToolErrorCodes.UnknownHandle);
        await toolset.ReferAsync(null!, "barn").Fails(ToolErrorCodes.BadArgument);
    }

    [Fact]
    public async Task A_name_that_reads_like_a_handle_is_the_name()
    {
        VisionToolset toolset = new(new GardenModel());
        toolset.Workspace.AddImage(RgbImage.FromPixels(new byte[12], 2, 2), "garden.png");
        toolset.Workspace.AddImage(RgbImage.FromPixels(new byte[27], 3, 3), "image 1");
        Assert.Equal("img2", (await toolset.CaptionAsync("image 1").As<CaptionResult>()).Image);
        Assert.Equal("img1", (await toolset.CaptionAsync("picture 1").As<CaptionResult>()).Image);
    }

    /// <summary>SkiaSharp throws this where its native library is missing or of another version.</summary>
    [Fact]
    public void Native_code_that_is_missing_is_said_with_the_way_out_and_without_a_path()
    {
        (ToolError error, bool isLogged) = ToolErrors.Of(new TypeInitializationException("SkiaSharp.SKData", new DllNotFoundException("/opt/app/libSkiaSharp.so")));
        Assert.Equal((ToolErrorCodes.Failed, true), (error.Code, isLogged));
        Assert.Contains("SkiaSharp.NativeAssets.Linux.NoDependencies", error.Try, StringComparison.Ordinal);
        Assert.DoesNotContain("/opt", error.Message + error.Try, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_region_of_another_picture_is_refused()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("landscape");
        await toolset.OpenImageAsync("square");
        await toolset.SegmentAndCaptionAsync("img1");
        ToolError error = await toolset.SegmentAndCaptionAsync("img2", "part", "m1").Fails(ToolErrorCodes.RegionOfAnotherImage);
        Assert.Contains("img1", error.Try);
    }

    [Fact]
    public async Task Bad_arguments_name_the_allowed_ones()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("landscape");
        Assert.Contains("panoptic, instance, part", (await toolset.SegmentAndCaptionAsync("img1", "pixels").Fails(ToolErrorCodes.BadGranularity)).Try);
        Assert.Contains("within", (await toolset.SegmentAndCaptionAsync("img1", "part").Fails(ToolErrorCodes.BadArgument)).Message);
        Assert.Contains("brief, normal, detailed", (await toolset.CaptionAsync("img1", detail: "endless").Fails(ToolErrorCodes.BadArgument)).Try);
        await toolset.ReferAsync("img1", " ").Fails(ToolErrorCodes.BadArgument);
        await toolset.ReferAsync("img1", "<p></p>[SEG]").Fails(ToolErrorCodes.BadArgument);
        await toolset.ReasonSegmentAsync("img1", null!).Fails(ToolErrorCodes.BadArgument);
        await toolset.AskAsync("img1", "\u0000\u0007").Fails(ToolErrorCodes.BadArgument);
        await toolset.OpenImageAsync("").Fails(ToolErrorCodes.BadArgument);
        await toolset.AskAsync("img1", new string('x', 1001)).Fails(ToolErrorCodes.TooLong);
        await toolset.AskAsync("img1", string.Concat(Enumerable.Repeat("ж", 990))).Fails(ToolErrorCodes.TooLong);
    }

    [Fact]
    public async Task What_the_model_was_not_trained_for_is_said_from_its_manifest()
    {
        using OracleModel model = new(card => card with
        {
            Granularities = ["panoptic", "instance"],
            Wordings = card.Wordings.Where(wording => wording.Key is not ("refer" or "caption.normal")).ToDictionary(),
        });
        VisionToolset toolset = oracle.NewToolset(model: model);
        await toolset.OpenImageAsync("landscape");
        Assert.Contains("panoptic, instance", (await toolset.SegmentAndCaptionAsync("img1", "part").Fails(ToolErrorCodes.NotSupported)).Try);
        Assert.Contains("panoptic, instance.", (await toolset.SegmentAndCaptionAsync("img1", "nothing").Fails(ToolErrorCodes.BadGranularity)).Try);
        Assert.Contains("ask", (await toolset.ReferAsync("img1", "barn").Fails(ToolErrorCodes.NotSupported)).Try);
        Assert.Contains("explain", (await toolset.ReasonSegmentAsync("img1", "Why?", explain: true).Fails(ToolErrorCodes.NotSupported)).Try);
        Assert.Contains("brief", (await toolset.CaptionAsync("img1").Fails(ToolErrorCodes.NotSupported)).Try);
    }

    [Fact]
    public async Task A_full_queue_says_when_to_come_back()
    {
        using OracleModel model = new(capacity: 1);
        VisionToolset toolset = oracle.NewToolset(model: model);
        await toolset.OpenImageAsync("landscape");

        // The first holds its place until it may answer.
        IDisposable held = model.HoldAnswers();
        Task<ToolResult>[] calls = Enumerable.Range(0, 8).Select(_ => toolset.SegmentAndCaptionAsync("img1")).ToArray();
        held.Dispose();
        ToolResult[] results = await Task.WhenAll(calls);
        ToolError busy = results.OfType<ToolError>().First();
        Assert.Equal(ToolErrorCodes.Busy, busy.Code);
        Assert.True(busy.RetryAfterSeconds >= 1);
        Assert.Contains(results, result => result is GroundedResult);
    }

    [Fact]
    public async Task Cancelling_comes_back_as_a_record_and_leaves_nothing()
    {
        using OracleModel model = new();
        using IDisposable held = model.HoldAnswers();
        VisionToolset toolset = oracle.NewToolset(model: model);
        await toolset.OpenImageAsync("landscape");
        using CancellationTokenSource stop = new();
        Task<ToolResult> call = toolset.SegmentAndCaptionAsync("img1", cancellationToken: stop.Token);
        await stop.CancelAsync();
        await call.Fails(ToolErrorCodes.Cancelled);
        await toolset.OpenImageAsync("square", stop.Token).Fails(ToolErrorCodes.Cancelled);
        Assert.Empty(toolset.Workspace.Regions);
        Assert.Single(toolset.Workspace.Images);
    }

    [Fact]
    public async Task Files_that_are_no_pictures_are_refused()
    {
        VisionToolset toolset = oracle.NewToolset();
        toolset.AddImage("text.png", "Not a picture"u8);
        toolset.AddImage("empty.png", []);
        byte[] picture = File.ReadAllBytes(OracleData.Image("landscape_97x61.png"));
        toolset.AddImage("half.png", picture.AsSpan(0, picture.Length / 2));
        foreach (string name in (string[])["text.png", "empty.png", "half.png"])
        {
            await toolset.OpenImageAsync(name).Fails(ToolErrorCodes.ImageUnreadable);
        }

        Assert.Empty(toolset.Workspace.Images);
    }

    [Fact]
    public async Task Pictures_beyond_the_limits_are_too_large_whether_by_bytes_or_pixels()
    {
        string folder = oracle.NewFolder();
        byte[] picture = File.ReadAllBytes(OracleData.Image("landscape_97x61.png"));
        File.WriteAllBytes(Path.Combine(folder, "a.png"), picture);
        VisionToolsetOptions options = new() { Inputs = new() { AllowedFolders = [folder] } };
        using OracleModel bytes = new(card => card with { ImageLimits = new() { MaximumBytes = picture.Length - 1 } });
        Assert.Contains("smaller", (await new VisionToolset(bytes, options: options).OpenImageAsync("a.png").Fails(ToolErrorCodes.TooLarge)).Try);
        using OracleModel pixels = new(card => card with { ImageLimits = new() { MaximumPixels = (97 * 61) - 1 } });
        ToolError error = await new VisionToolset(pixels, options: options).OpenImageAsync("a.png").Fails(ToolErrorCodes.TooLarge);
        Assert.Contains("5,916", error.Message);
        using OracleModel enough = new(card => card with { ImageLimits = new() { MaximumBytes = picture.Length, MaximumPixels = 97 * 61 } });
        await new VisionToolset(enough, options: options).OpenImageAsync("a.png").As<OpenedImageResult>();
    }

    /// <summary>A code that no call gives would be a promise to nobody; one that is not here has no test.</summary>
    [Fact]
    public async Task Every_code_has_a_call_that_gives_it()
    {
        string folder = oracle.NewFolder();
        File.WriteAllText(Path.Combine(folder, "text.png"), "Not a picture");
        VisionToolset toolset = oracle.NewToolset(
            new VisionToolsetOptions { Inputs = new() { AllowedFolders = [folder], AllowDataUris = true, MaximumDataUriLength = 100 } },
            workspace: new VisionWorkspace(new WorkspaceLimits { MaximumSets = 2 }));
        await toolset.OpenImageAsync("landscape");
        await toolset.OpenImageAsync("square");
        await toolset.SegmentAndCaptionAsync("img1");
        RegionsResult nothing = await toolset.SelectRegionsAsync("img1", "giraffe").As<RegionsResult>();
        OracleModel lone = new(card => card with { Granularities = ["panoptic"] }, capacity: 1);
        VisionToolset less = oracle.NewToolset(model: lone);
        await less.OpenImageAsync("landscape");
        Dictionary<string, Func<Task<ToolResult>>> calls = new()
        {
            [ToolErrorCodes.UnknownHandle] = () => toolset.CaptionAsync("img9"),
            [ToolErrorCodes.RegionOfAnotherImage] = () => toolset.CaptionAsync("img2", "m1"),
            [ToolErrorCodes.BadGranularity] = () => toolset.SegmentAndCaptionAsync("img1", "pixel"),
            [ToolErrorCodes.BadArgument] = () => toolset.CaptionAsync("img1", detail: "endless"),
            [ToolErrorCodes.NoModel] = () => new VisionToolset(null, toolset.Workspace).CaptionAsync("img1"),
            [ToolErrorCodes.NotSupported] = () => less.SegmentAndCaptionAsync("img1", "part"),
            [ToolErrorCodes.NotAllowed] = () => toolset.OpenImageAsync("/etc/passwd"),
            [ToolErrorCodes.ImageNotFound] = () => toolset.OpenImageAsync("nothing.png"),
            [ToolErrorCodes.ImageUnreadable] = () => toolset.OpenImageAsync("text.png"),
            [ToolErrorCodes.TooLarge] = () => toolset.OpenImageAsync("data:image/png;base64," + new string('A', 100)),
            [ToolErrorCodes.EmptySet] = () => toolset.CombineRegionsAsync("union", nothing.Set),
            [ToolErrorCodes.TooLong] = () => toolset.AskAsync("img1", new string('x', 1001)),
            [ToolErrorCodes.Cancelled] = () => toolset.CaptionAsync("img1", cancellationToken: new CancellationToken(canceled: true)),
            [ToolErrorCodes.Busy] = async () =>
            {
                IDisposable held = lone.HoldAnswers();
                Task<ToolResult> waiting = less.CaptionAsync("img1");
                ToolResult refused = await less.CaptionAsync("img1");
                held.Dispose();
                Assert.IsType<CaptionResult>(await waiting);
                return refused;
            },
            [ToolErrorCodes.Late] = () =>
                new VisionToolset(new ScriptedGroundingModel { Answer = (_, _) => throw new AnswerDeadlineException("Not in time.") }, toolset.Workspace).CaptionAsync("img1"),
            [ToolErrorCodes.Repeated] = async () =>
            {
                VisionTool caption = toolset.Tools.Single(tool => tool.Name == "caption");
                KeyValuePair<string, object?>[] arguments = [new("image", "img9")];
                await toolset.CallAsync(caption, arguments);
                await toolset.CallAsync(caption, arguments);
                return await toolset.CallAsync(caption, arguments);
            },
            [ToolErrorCodes.Expired] = async () =>
            {
                await toolset.SelectRegionsAsync("m1");
                await toolset.SelectRegionsAsync("m2");
                await toolset.SelectRegionsAsync("m3");
                return await toolset.GetRegionsAsync("s1");
            },
            [ToolErrorCodes.Failed] = () =>
            {
                lone.Dispose();
                return less.CaptionAsync("img1");
            },
        };
        Assert.Equal(typeof(ToolErrorCodes).GetFields().Select(field => (string)field.GetValue(null)!).Order(), calls.Keys.Order());
        foreach ((string? code, Func<Task<ToolResult>>? call) in calls)
        {
            ToolError error = await call().Fails(code);
            Assert.Equal(code == ToolErrorCodes.Busy, error.RetryAfterSeconds is not null);
            Assert.DoesNotContain(folder, error.ToJson());
        }
    }

    [Fact]
    public async Task No_call_throws_or_tells_paths_whatever_it_is_given()
    {
        string folder = oracle.NewFolder();
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { MaximumNewTokens = 4, Inputs = new() { AllowedFolders = [folder] } });
        await toolset.OpenImageAsync("landscape");
        await toolset.SegmentAndCaptionAsync("img1");
        string?[] words =
        [
            null, string.Empty, " ", "img1", "img2", "IMG1", "[m1]", "m1", "m99999999999999999999", "m-1", "m01", "img", "../..", "/etc/passwd", "C:\\x", "\\\\server\\share",
            "//server/share", "https://example.com/x.png", "data:image/png;base64,AAAA", "<image>", "[SEG]", "\u202E", "\uD800", "a\0b", "part", "panoptic", "brief", new string('m', 3000), "landscape", "{object}",
        ];
        Random random = new(7);
        for (int round = 0; round < 300; round++)
        {
            (string? a, string? b, string? c) = (Any(), Any(), Any());
            ToolResult result = await (random.Next(6) switch
            {
                0 => toolset.OpenImageAsync(a!),
                1 => toolset.SegmentAndCaptionAsync(a!, b!, c),
                2 => toolset.ReferAsync(a!, b!, c),
                3 => toolset.ReasonSegmentAsync(a!, b!, random.Next(2) == 0),
                4 => toolset.CaptionAsync(a!, b, c!),
                _ => toolset.AskAsync(a!, b!),
            });
            string json = result.ToJson();
            Assert.DoesNotContain(folder, json);
            Assert.DoesNotContain(Path.GetTempPath(), json);
            Assert.DoesNotContain("   at ", json);
            Assert.NotEqual(ToolErrorCodes.Failed, (result as ToolError)?.Code);
            Assert.True(json.Length < 4000);
        }

        string? Any() => words[random.Next(words.Length)];
    }

    [Fact]
    public async Task Many_calls_at_once_agree()
    {
        VisionToolset toolset = oracle.NewToolset();
        string[] names = ["landscape", "square"];
        (string Name, string Said)[] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(async index =>
        {
            OpenedImageResult opened = await toolset.OpenImageAsync(names[index % 2]).As<OpenedImageResult>();
            GroundedResult found = await toolset.SegmentAndCaptionAsync(opened.Image, index % 4 < 2 ? "panoptic" : "instance").As<GroundedResult>();
            return (opened.Name, Said: found.ModelSaid);
        }));
        Assert.Equal(2, results.Distinct().Count());
        Assert.Equal(2, toolset.Workspace.Images.Count);
        Assert.Equal(5, toolset.Workspace.Regions.Count);
        Assert.Equal(Enumerable.Range(1, 5).Select(number => $"m{number}"), toolset.Workspace.Regions.Select(region => region.Handle));
    }
}
