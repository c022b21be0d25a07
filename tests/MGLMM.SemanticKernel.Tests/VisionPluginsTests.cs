using System.Text.Json;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel.Tests;

/// <summary>What a language model sees of the plugins.</summary>
public sealed class VisionPluginsTests(OracleTools oracle)
{
    [Fact]
    public void There_are_three_plugins_of_twelve_functions()
    {
        Kernel kernel = new();
        IReadOnlyList<KernelPlugin> plugins = kernel.Plugins.AddMglmmVision(oracle.NewToolset());
        Assert.Equal(["vision", "vision_geometry", "vision_output"], plugins.Select(plugin => plugin.Name));
        Assert.Equal(plugins, kernel.Plugins);
        Assert.Equal(
            ["open_image", "segment_and_caption", "refer", "reason_segment", "caption", "ask"], Names(plugins[0]));
        Assert.Equal(["combine_regions", "select_regions", "compare_regions", "get_regions"], Names(plugins[1]));
        Assert.Equal(["render_image", "export_regions"], Names(plugins[2]));
        Assert.All(plugins, plugin => Assert.NotEmpty(plugin.Description));

        static IEnumerable<string> Names(KernelPlugin plugin) => plugin.Select(function => function.Name);
    }

    [Theory]
    [InlineData(VisionFunctionGroups.Vision, "vision")]
    [InlineData(VisionFunctionGroups.Geometry, "vision_geometry")]
    [InlineData(VisionFunctionGroups.Output, "vision_output")]
    [InlineData(VisionFunctionGroups.Vision | VisionFunctionGroups.Output, "vision", "vision_output")]
    [InlineData(VisionFunctionGroups.None)]
    public void They_are_imported_one_by_one(VisionFunctionGroups groups, params string[] names) =>
        Assert.Equal(names, new Kernel().Plugins.AddMglmmVision(oracle.NewToolset(), groups).Select(plugin => plugin.Name));

    [Fact]
    public void A_hosts_tool_in_one_of_our_groups_stands_in_our_plugin()
    {
        VisionTool measure = VisionTool.Create((VisionRegion region) => region.Mask.Area, "measure", "Measures.", groupName: ToolGroups.Geometry);
        VisionTool draw = VisionTool.Create((VisionRegion region) => region.Handle, "draw", "Draws.", groupName: "Vision_Output");
        VisionTool own = VisionTool.Create((VisionRegion region) => region.Handle, "name", "Names.");
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { Tools = [own, measure, draw] });
        IReadOnlyList<KernelPlugin> plugins = new Kernel().Plugins.AddMglmmVision(toolset);
        Assert.Equal(["vision", "vision_geometry", "vision_output", "vision_own"], plugins.Select(plugin => plugin.Name));
        Assert.Equal(["combine_regions", "select_regions", "compare_regions", "get_regions", "measure"], plugins[1].Select(function => function.Name));
        Assert.Equal(new Kernel().Plugins.AddMglmmVision(oracle.NewToolset()).Select(plugin => plugin.Description), plugins.Take(3).Select(plugin => plugin.Description));

        // Its group alone, chosen by the host, is a plugin of that name all the same.
        Assert.Equal(["vision_own", "vision_geometry", "Vision_Output"], new Kernel().Plugins.AddMglmmVision(toolset, VisionFunctionGroups.Own).Select(plugin => plugin.Name));
    }

    [Fact]
    public void Where_a_name_is_taken_no_plugin_is_added()
    {
        Kernel kernel = new();
        kernel.Plugins.Add(KernelPluginFactory.CreateFromFunctions("Vision_Output", [KernelFunctionFactory.CreateFromMethod(() => 1, "one")]));
        Assert.Throws<ArgumentException>(() => kernel.AddMglmmVision(oracle.NewToolset()));
        Assert.Single(kernel.Plugins);
    }

    [Fact]
    public void Every_function_and_every_argument_is_described()
    {
        foreach (KernelFunction? function in new Kernel().Plugins.AddMglmmVision(oracle.NewToolset()).SelectMany(plugin => plugin))
        {
            Assert.Matches("^[a-z]+(_[a-z]+)*$", function.Name);
            Assert.NotEmpty(function.Description);
            Assert.NotEmpty(function.Metadata.ReturnParameter.Description);
            foreach (KernelParameterMetadata parameter in function.Metadata.Parameters)
            {
                Assert.NotEmpty(parameter.Description);
                Assert.Matches("^[a-z]+(_[a-z]+)*$", parameter.Name);
                Assert.NotNull(parameter.Schema);
            }
        }
    }

    [Fact]
    public void Both_surfaces_say_the_same()
    {
        VisionToolset toolset = oracle.NewToolset();
        IReadOnlyList<KernelPlugin> plugins = new Kernel().Plugins.AddMglmmVision(toolset);
        VisionFunction[] tools = toolset.AsAITools().Cast<VisionFunction>().ToArray();
        KernelFunction[] functions = plugins.SelectMany(plugin => plugin).ToArray();
        Assert.Equal(tools.Length, functions.Length);
        foreach ((VisionFunction tool, KernelFunction function) in tools.Zip(functions))
        {
            Assert.Equal(tool.Name, function.Name);
            Assert.Equal(tool.GroupName, function.PluginName);
            Assert.Equal(tool.Description, function.Description);
            Assert.Equal(tool.ReturnDescription, function.Metadata.ReturnParameter.Description);
            Assert.True(JsonElement.DeepEquals(tool.ReturnJsonSchema!.Value, function.Metadata.ReturnParameter.Schema!.RootElement));
            JsonProperty[] properties = tool.JsonSchema.GetProperty("properties").EnumerateObject().ToArray();
            Assert.Equal(properties.Select(property => property.Name), function.Metadata.Parameters.Select(parameter => parameter.Name));
            Assert.Equal(
                tool.JsonSchema.GetProperty("required").EnumerateArray().Select(name => name.GetString()),
                function.Metadata.Parameters.Where(parameter => parameter.IsRequired).Select(parameter => parameter.Name));
            foreach ((JsonProperty property, KernelParameterMetadata parameter) in properties.Zip(function.Metadata.Parameters))
            {
                Assert.Equal(property.Value.GetProperty("description").GetString(), parameter.Description);
                Assert.True(JsonElement.DeepEquals(property.Value, parameter.Schema!.RootElement), $"{tool.Name}.{property.Name}");
            }
        }
    }

    [Fact]
    public async Task The_functions_run_through_a_kernel_and_return_small_json()
    {
        Kernel kernel = new();
        kernel.Plugins.AddMglmmVision(oracle.NewToolset());
        Assert.Equal(
            """{"image":"img1","name":"square","width_px":163,"height_px":163,"format":"png","model":{"name":"tiny","granularities":["panoptic","instance","part"]},"untrusted":["name"]}""",
            Json(await kernel.InvokeAsync("vision", "open_image", new() { ["source"] = "square" })));
        string found = Json(await kernel.InvokeAsync("vision", "segment_and_caption", new() { ["image"] = "img1" }));
        using JsonDocument document = JsonDocument.Parse(found);
        JsonElement root = document.RootElement;
        Assert.Equal(["image", "granularity", "model_said", "set", "regions", "untrusted"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal("In the picture there is a blue car [m1] parked next to a brick wall [m2].", root.GetProperty("model_said").GetString());
        JsonElement region = root.GetProperty("regions")[0];
        Assert.Equal(["region", "phrase", "area_px", "box_xyxy_px"], region.EnumerateObject().Select(property => property.Name));
        Assert.Equal(4, region.GetProperty("box_xyxy_px").GetArrayLength());
        Assert.True(found.Length < 500);

        string none = Json(await kernel.InvokeAsync("vision", "refer", new() { ["image"] = "img1", ["expression"] = "brick wall", ["within"] = "m77" }));
        using JsonDocument error = JsonDocument.Parse(none);
        Assert.Equal(["code", "message", "try"], error.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("unknown_handle", error.RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Emptiness_is_a_first_class_answer()
    {
        Kernel kernel = new();
        kernel.Plugins.AddMglmmVision(oracle.NewToolset());
        await kernel.InvokeAsync("vision", "open_image", new() { ["source"] = "landscape" });
        string none = Json(await kernel.InvokeAsync("vision", "refer", new() { ["image"] = "img1", ["expression"] = "dog" }));
        using JsonDocument document = JsonDocument.Parse(none);
        Assert.True(document.RootElement.GetProperty("empty").GetBoolean());
        Assert.Equal(0, document.RootElement.GetProperty("regions").GetArrayLength());
    }

    [Fact]
    public async Task Both_surfaces_return_the_same()
    {
        Kernel kernel = new();
        kernel.Plugins.AddMglmmVision(oracle.NewToolset());
        AIFunction open = oracle.NewToolset().AsAITools().OfType<AIFunction>().First(function => function.Name == "open_image");
        object? result = await open.InvokeAsync(new AIFunctionArguments { ["source"] = "landscape" });
        Assert.Equal("""{"image":"img1","name":"landscape","width_px":97,"height_px":61,"format":"png","model":{"name":"tiny","granularities":["panoptic","instance","part"]},"untrusted":["name"]}""", Assert.IsType<string>(result));
        Assert.Equal(result, Json(await kernel.InvokeAsync("vision", "open_image", new() { ["source"] = "landscape" })));
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
    public void Letters_of_all_scripts_are_not_escaped()
    {
        ToolResult error = new ToolError { Code = "c", Message = "日本語 'é' & <b>", Try = "t" };
        Assert.Equal("""{"code":"c","message":"日本語 'é' & <b>","try":"t"}""", error.ToJson());
    }

    [Fact]
    public void The_tools_themselves_know_no_agent_framework()
    {
        string[] files = Directory.GetFiles(RepositoryRoot.Combine("src", "MGLMM.Vision"), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotContain("Microsoft.SemanticKernel", File.ReadAllText(file)));
    }

    /// <summary>As Semantic Kernel hands a result to a model: strings as they are.</summary>
    private static string Json(FunctionResult result) => Assert.IsType<string>(result.GetValue<object>());
}
