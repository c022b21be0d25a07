using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;

namespace MGLMM.SemanticKernel.Tests.Functions;

/// <summary>What models write as arguments, and what becomes of it.</summary>
public sealed class VisionFunctionTests(OracleTools oracle)
{
    [Theory]
    [InlineData("""{"image":"img1","max_regions":1}""")]
    [InlineData("""{"image":"img1","max_regions":"1"}""")]
    [InlineData("""{"image":"img1","max_regions":1.0}""")]
    [InlineData("""{"image":"img1","maxRegions":1,"within":null,"detail":"null"}""")]
    [InlineData("""{"image":["img1"],"max-regions":1,"granularity":""}""")]
    [InlineData("""{"IMAGE":"img1","max_region":1}""")]
    public async Task Arguments_are_taken_as_they_are_meant(string json)
    {
        Dictionary<string, VisionFunction> functions = await OpenedAsync();
        GroundedResult result = Assert.IsType<GroundedResult>(await functions["segment_and_caption"].CallAsync(Arguments(json)));
        Assert.Single(result.Regions);
        Assert.Equal("panoptic", result.Granularity);
        Assert.Equal(1, result.MoreRegionCount);
    }

    [Theory]
    [InlineData("segment_and_caption", "{}", "image")]
    [InlineData("segment_and_caption", """{"image":null}""", "image")]
    [InlineData("segment_and_caption", """{"image":"img1","something":{"else":true}}""", "something")]
    [InlineData("segment_and_caption", """{"image":"img1","max_regions":"many"}""", "max_regions")]
    [InlineData("segment_and_caption", """{"image":"img1","max_regions":1.5}""", "max_regions")]
    [InlineData("segment_and_caption", """{"image":"img1","max_regions":1e99}""", "max_regions")]
    [InlineData("segment_and_caption", """{"image":"img1","max_regions":{"a":[1]}}""", "max_regions")]
    [InlineData("reason_segment", """{"image":"img1","question":"What?","explain":"perhaps"}""", "explain")]
    [InlineData("combine_regions", """{"operation":"grow","regions":"m1","pixels":"many"}""", "pixels")]
    public async Task Mistakes_are_results_that_name_the_argument(string function, string json, string argument)
    {
        Dictionary<string, VisionFunction> functions = await OpenedAsync();
        ToolError error = Assert.IsType<ToolError>(await functions[function].CallAsync(Arguments(json)));
        Assert.Equal(ToolErrorCodes.BadArgument, error.Code);
        Assert.Contains($"'{argument}'", error.Message);
        Assert.NotEmpty(error.Try);
    }

    [Fact]
    public async Task Plain_values_and_lists_of_dot_net_do_as_well_as_json()
    {
        Dictionary<string, VisionFunction> functions = await OpenedAsync();
        Assert.IsType<GroundedResult>(await functions["ask"].CallAsync(new Dictionary<string, object?>
        {
            ["image"] = new[] { "img1" },
            ["question"] = JsonValue.Create("Can you segment the dog in this image?"),
            ["follow_up"] = false,
        }));
        Assert.IsType<GroundedResult>(await functions["segment_and_caption"].CallAsync(new Dictionary<string, object?> { ["image"] = "img1", ["max_regions"] = 3L }));
    }

    [Fact]
    public async Task A_toolset_that_is_not_there_yet_is_a_result()
    {
        VisionFunction waiting = VisionFunctions.Over(_ => throw new VisionNotReadyException(TimeSpan.FromSeconds(3.2)))[0];
        Assert.Equal(
            """{"code":"busy","message":"The vision model is still being loaded.","try":"Call again in 4 s.","retry_after_seconds":4}""",
            (await waiting.CallAsync(Arguments("""{"source":"photo"}"""))).ToJson());
        VisionFunction failed = VisionFunctions.Over(_ => throw new VisionNotReadyException("The vision model could not be loaded."))[0];
        Assert.Equal("failed", Assert.IsType<ToolError>(await failed.CallAsync(Arguments("""{"source":"photo"}"""))).Code);
        VisionFunction cancelled = VisionFunctions.Over(token => throw new OperationCanceledException(token))[0];
        Assert.Equal("cancelled", Assert.IsType<ToolError>(await cancelled.CallAsync(Arguments("""{"source":"photo"}"""))).Code);
    }

    private async Task<Dictionary<string, VisionFunction>> OpenedAsync()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("square").As<OpenedImageResult>();
        return VisionFunctions.Over(toolset).ToDictionary(function => function.Name);
    }

    private static Dictionary<string, object?> Arguments(string json) => JsonSerializer.Deserialize<Dictionary<string, object?>>(json)!;
}
