using System.ComponentModel;
using System.Text.Json;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;

namespace MGLMM.Vision.Tests.Tools;

/// <summary>What a host puts beside ours: tools, and sources of pictures.</summary>
public sealed class OwnToolTests(OracleTools oracle)
{
    private enum Unit
    {
        SquarePixels,
        Percent,
    }

    [Fact]
    public async Task A_method_becomes_a_tool_with_handles_and_the_model_at_hand()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { Tools = [VisionTool.Create(MeasureArea)] });
        await toolset.OpenImageAsync("landscape");
        await toolset.SegmentAndCaptionAsync("img1");
        VisionFunction function = VisionFunctions.Over(toolset).Single(function => function.Name == "measure_area");
        Assert.Equal((VisionFunctionGroups.Own, "vision_own", "Measures regions."), (function.Group, function.GroupName, function.Description));
        Assert.Equal(
            """{"type":"object","properties":{"image":{"type":"string","description":"The picture"},"regions":{"type":"string","description":"What to measure"},"unit":{"type":"string","description":"unit","enum":["square_pixels","percent"]},"digits":{"type":"integer","description":"digits"}},"required":["image","regions"],"additionalProperties":false}""",
            function.JsonSchema.GetRawText());
        Assert.Equal("""{"model":"tiny","image":"img1","unit":"SquarePixels","digits":2,"areas":[2756,3042]}""", await CallAsync("""{"image":"img1","regions":"m1 and m2"}"""));
        Assert.Contains("\"unit\":\"Percent\"", await CallAsync("""{"picture":"landscape","set":["m1"],"unit":"percent","digits":"3"}"""));

        // The same guard and the same words for mistakes.
        Assert.Contains("unknown_handle", await CallAsync("""{"image":"img1","regions":"m99"}"""));
        Assert.Contains("bad_argument", await CallAsync("""{"image":"img1","regions":"m1","colour":"red"}"""));
        Assert.Contains("bad_argument", await CallAsync("""{"image":"img1","regions":"m1","unit":"inch"}"""));
        Assert.Contains("""{"code":"not_supported","message":"Too fine.","try":"Fewer digits."}""", await CallAsync("""{"image":"img1","regions":"m1","digits":9}"""));
        Assert.Contains("\"code\":\"failed\"", await CallAsync("""{"image":"img1","regions":"m1","digits":-1}"""));
        Assert.Contains("cancelled", (await function.CallAsync(Arguments("""{"image":"img1","regions":"m1"}"""), new CancellationToken(canceled: true))).ToJson());

        async Task<string> CallAsync(string json) => (await function.CallAsync(Arguments(json))).ToJson();
    }

    [Fact]
    public async Task What_has_a_default_may_be_left_out_whatever_its_type()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { Tools = [VisionTool.Create(TellOptions)] });
        await toolset.OpenImageAsync("landscape");
        await toolset.SegmentAndCaptionAsync("img1");
        VisionFunction function = VisionFunctions.Over(toolset).Single(function => function.Name == "tell_options");
        Assert.Equal("""["firm"]""", function.JsonSchema.GetProperty("required").GetRawText());
        Assert.Equal(
            """{"firm":{"type":"boolean","description":"firm"},"sure":{"type":"boolean","description":"sure"},"plain":{"type":"boolean","description":"plain","default":true}}""",
            JsonSerializer.Serialize(function.JsonSchema.GetProperty("properties").EnumerateObject().Where(property => property.Value.GetProperty("type").ValueEquals("boolean")).ToDictionary(property => property.Name, property => property.Value)));
        Assert.Equal((typeof(bool), typeof(bool?), typeof(bool)), (function.TypeOf("firm"), function.TypeOf("sure"), function.TypeOf("plain")));

        Assert.Equal("""{"result":"True, no image, no region, Percent, no unit, unsaid, True, 3"}""", await CallAsync("""{"firm":true}"""));
        Assert.Equal("""{"result":"True, no image, no region, Percent, no unit, unsaid, True, 3"}""", await CallAsync("""{"firm":true,"image":null,"unit":"","sure":"null"}"""));
        Assert.Equal(
            """{"result":"False, img1, m1, SquarePixels, Percent, False, False, 4"}""",
            await CallAsync("""{"firm":"no","image":"img1","region":"m1","unit":"square_pixels","other":"percent","sure":"no","plain":false,"many":4}"""));
        Assert.Equal("""{"result":"True, no image, m2, Percent, no unit, True, True, 3"}""", await CallAsync("""{"firm":true,"region":"m2","sure":true}"""));
        Assert.Contains("'firm' is missing", await CallAsync("{}"));

        async Task<string> CallAsync(string json) => (await function.CallAsync(Arguments(json))).ToJson();
    }

    [Fact]
    public async Task Words_records_and_nothing_are_results_too()
    {
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions
        {
            Tools =
            [
                VisionTool.Create((string name) => $"Hello {name}", "greet", "Greets."),
                VisionTool.Create(async () => await Task.Yield(), "wait", "Waits."),
                VisionTool.Create(() => ValueTask.FromResult<IReadOnlyList<int>>([1, 2]), "count", "Counts.", groupName: "numbers"),
                VisionTool.Create((VisionToolContext context) => new ToolError { Code = "closed", Message = "m", Try = $"{context.Workspace.Images.Count}" }, "refuse", "Refuses."),
            ],
        });
        Assert.Equal("""{"result":"Hello you"}""", await CallAsync("greet", """{"name":"you"}"""));
        Assert.Equal("""{"result":"done"}""", await CallAsync("wait", "{}"));
        Assert.Equal("""{"result":[1,2]}""", await CallAsync("count", "{}"));
        Assert.Equal("""{"code":"closed","message":"m","try":"0"}""", await CallAsync("refuse", "{}"));

        async Task<string> CallAsync(string name, string json) => (await toolset.CallAsync(toolset.Tools.Single(tool => tool.Name == name), Arguments(json))).ToJson();
    }

    [Fact]
    public void What_cannot_be_a_tool_is_refused_at_once()
    {
        Assert.Throws<ArgumentException>(() => VisionTool.Create((DateTime when) => 1, "when", "When."));
        Assert.Throws<ArgumentException>(() => VisionTool.Create(() => 1, "no description"));
        Assert.Throws<ArgumentException>(() => VisionTool.Create(() => 1, "a name", "Blanks."));
        Assert.Contains("'conversation' needs another name", Assert.Throws<ArgumentException>(() => VisionTool.Create((string conversation) => conversation, "recall", "Recalls.")).Message);
        Assert.Throws<ArgumentException>(() => oracle.NewToolset(new VisionToolsetOptions { Tools = [VisionTool.Create(() => 1, "refer", "Ours.")] }));
    }

    [Fact]
    public async Task A_hosts_source_is_asked_first_and_its_files_keep_to_the_limits()
    {
        byte[] landscape = await File.ReadAllBytesAsync(OracleData.Image("landscape_97x61.png"));
        Source source = new(name => name switch
        {
            "square" => SourcedImage.FromFile("from the store.png", landscape),
            "frame 7" => SourcedImage.FromPixels("frame", RgbImage.FromPixels(new byte[5 * 4 * 3], 5, 4)),
            "text" => SourcedImage.FromFile("text", "no picture"u8.ToArray()),
            "large" => SourcedImage.FromFile("large", new byte[100_001]),
            "wide" => SourcedImage.FromPixels("wide", RgbImage.FromPixels(new byte[300 * 300 * 3], 300, 300)),
            _ => null,
        });
        using OracleModel model = new(card => card with { ImageLimits = new ImageLimits { MaximumBytes = 100_000, MaximumPixels = 80_000 } });
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { Sources = [source] }, model);
        Assert.Equal(("img1", "from the store.png", "png", 97), Told(await toolset.OpenImageAsync("square").As<OpenedImageResult>()));
        Assert.Equal(("img2", "frame", "raw", 5), Told(await toolset.OpenImageAsync("frame 7").As<OpenedImageResult>()));
        Assert.Equal(("img1", "from the store.png", "png", 97), Told(await toolset.OpenImageAsync("landscape").As<OpenedImageResult>()));
        await toolset.OpenImageAsync("text").Fails(ToolErrorCodes.ImageUnreadable);
        await toolset.OpenImageAsync("large").Fails(ToolErrorCodes.TooLarge);
        await toolset.OpenImageAsync("wide").Fails(ToolErrorCodes.TooLarge);

        // A handle is no name to ask a source for.
        Assert.Equal("img2", (await toolset.OpenImageAsync("img2").As<OpenedImageResult>()).Image);
        Assert.DoesNotContain("img2", source.Asked);

        static (string, string, string, int) Told(OpenedImageResult opened) => (opened.Image, opened.Name, opened.Format, opened.WidthPx);
    }

    [Description("Measures regions.")]
    private static object MeasureArea(
        VisionToolContext context, [Description("The picture")] VisionImage image, [Description("What to measure")] IReadOnlyList<VisionRegion> regions,
        Unit unit = Unit.SquarePixels, int digits = 2, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return digits switch
        {
            > 6 => throw new ToolException(ToolErrorCodes.NotSupported, "Too fine.", "Fewer digits."),
            < 0 => throw new InvalidOperationException("/a/path/that/nobody/shall/see"),
            _ => new { model = context.Model!.Card.Name, image = image.Handle, unit = unit.ToString(), digits, areas = regions.Select(region => region.Mask.Area) },
        };
    }

    [Description("Tells what it was given.")]
    private static string TellOptions(
        bool firm, VisionImage? image = null, VisionRegion? region = null, Unit? unit = Unit.Percent, Unit? other = null, bool? sure = null, bool plain = true, long? many = 3) =>
        $"{firm}, {image?.Handle ?? "no image"}, {region?.Handle ?? "no region"}, {unit}, {other?.ToString() ?? "no unit"}, {sure?.ToString() ?? "unsaid"}, {plain}, {many}";

    private static Dictionary<string, object?> Arguments(string json) => JsonSerializer.Deserialize<Dictionary<string, object?>>(json)!;

    private sealed class Source(Func<string, SourcedImage?> find) : IImageSource
    {
        public List<string> Asked { get; } = [];

        public ValueTask<SourcedImage?> FindAsync(string source, CancellationToken cancellationToken = default)
        {
            Asked.Add(source);
            return ValueTask.FromResult(find(source));
        }
    }
}
