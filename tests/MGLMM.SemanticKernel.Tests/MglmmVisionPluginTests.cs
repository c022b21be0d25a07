using System.Text.Json;
using MGLMM.Runtime.Tests.Support;
using MGLMM.Vision.Tests.Support;
using MGLMM.Vision.Results;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel.Tests;

/// <summary>What a language model sees of the plugin.</summary>
public sealed class MglmmVisionPluginTests(TinyModel tiny)
{
    [Fact]
    public void Every_function_and_every_argument_is_described()
    {
        var kernel = new Kernel();
        var plugin = kernel.Plugins.AddMglmmVision(tiny.NewToolset());
        Assert.Equal("vision", plugin.Name);
        Assert.Equal(
            ["ask", "caption", "open_image", "reason_segment", "refer", "segment_and_caption"],
            plugin.Select(function => function.Name).Order(StringComparer.Ordinal));
        foreach (var function in plugin)
        {
            Assert.NotEmpty(function.Description);
            Assert.NotEmpty(function.Metadata.ReturnParameter.Description);
            foreach (var parameter in function.Metadata.Parameters)
            {
                Assert.NotEmpty(parameter.Description);
                Assert.Matches("^[a-z]+(_[a-z]+)*$", parameter.Name);
                Assert.NotNull(parameter.Schema);
            }
        }

        Assert.Equal(
            [("image", true), ("granularity", false), ("within", false), ("detail", false), ("max_regions", false)],
            plugin["segment_and_caption"].Metadata.Parameters.Select(parameter => (parameter.Name, parameter.IsRequired)));
        Assert.Equal(
            [("image", true), ("question", true), ("explain", false)],
            plugin["reason_segment"].Metadata.Parameters.Select(parameter => (parameter.Name, parameter.IsRequired)));
        Assert.Equal(["source"], plugin["open_image"].Metadata.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["image", "expression", "within"], plugin["refer"].Metadata.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["image", "region", "detail"], plugin["caption"].Metadata.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["image", "question", "follow_up"], plugin["ask"].Metadata.Parameters.Select(parameter => parameter.Name));
    }

    [Fact]
    public async Task The_functions_run_through_a_kernel_and_return_small_json()
    {
        var kernel = new Kernel();
        kernel.Plugins.AddMglmmVision(tiny.NewToolset());
        Assert.Equal(
            """{"image":"img1","name":"square","width_px":163,"height_px":163,"format":"png"}""",
            Json(await kernel.InvokeAsync("vision", "open_image", new() { ["source"] = "square" })));
        var found = Json(await kernel.InvokeAsync("vision", "segment_and_caption", new() { ["image"] = "img1" }));
        using var document = JsonDocument.Parse(found);
        var root = document.RootElement;
        Assert.Equal(["image", "granularity", "model_said", "set", "regions"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal("In the picture there is a blue car [m1] parked next to a brick wall [m2].", root.GetProperty("model_said").GetString());
        var region = root.GetProperty("regions")[0];
        Assert.Equal(["region", "phrase", "area_px", "box_xyxy_px"], region.EnumerateObject().Select(property => property.Name));
        Assert.Equal(4, region.GetProperty("box_xyxy_px").GetArrayLength());
        Assert.True(found.Length < 500);

        var none = Json(await kernel.InvokeAsync("vision", "refer", new() { ["image"] = "img1", ["expression"] = "brick wall", ["within"] = "m77" }));
        using var error = JsonDocument.Parse(none);
        Assert.Equal(["code", "message", "try"], error.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("unknown_handle", error.RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Emptiness_is_a_first_class_answer()
    {
        var kernel = new Kernel();
        kernel.Plugins.AddMglmmVision(tiny.NewToolset());
        await kernel.InvokeAsync("vision", "open_image", new() { ["source"] = "landscape" });
        var none = Json(await kernel.InvokeAsync("vision", "refer", new() { ["image"] = "img1", ["expression"] = "dog" }));
        using var document = JsonDocument.Parse(none);
        Assert.True(document.RootElement.GetProperty("empty").GetBoolean());
        Assert.Equal(0, document.RootElement.GetProperty("regions").GetArrayLength());
    }

    [Fact]
    public async Task The_functions_serve_as_tools_of_microsoft_extensions_ai_too()
    {
        var plugin = new Kernel().Plugins.AddMglmmVision(tiny.NewToolset());
        AIFunction open = plugin["open_image"];
        var result = await open.InvokeAsync(new AIFunctionArguments { ["source"] = "landscape" });
        using var expected = JsonDocument.Parse("""{"image":"img1","name":"landscape","width_px":97,"height_px":61,"format":"png"}""");
        Assert.True(JsonElement.DeepEquals(expected.RootElement, Assert.IsType<JsonElement>(result)));
        Assert.Equal(["source"], open.JsonSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void Whoever_serialises_a_result_gets_the_same_names()
    {
        ToolResult error = new ToolError { Code = "busy", Message = "m", Try = "t", RetryAfterSeconds = 3 };
        const string Expected = """{"code":"busy","message":"m","try":"t","retry_after_seconds":3}""";
        Assert.Equal(Expected, error.ToJson());
        Assert.Equal(Expected, JsonSerializer.Serialize(error));
        Assert.Equal(Expected, JsonSerializer.Serialize<object>(error));
        Assert.Equal(Expected, JsonSerializer.Serialize(error, JsonSerializerOptions.Web));
    }

    [Fact]
    public void The_tools_themselves_know_no_agent_framework()
    {
        var files = Directory.GetFiles(RepositoryRoot.Combine("src", "MGLMM.Vision"), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotContain("Microsoft.SemanticKernel", File.ReadAllText(file)));
    }

    /// <summary>As Semantic Kernel hands a result to a model: by its run-time type, with default options.</summary>
    private static string Json(FunctionResult result) => JsonSerializer.Serialize(result.GetValue<object>());
}
