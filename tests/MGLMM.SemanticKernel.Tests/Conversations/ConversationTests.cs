using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using static MGLMM.SemanticKernel.Tests.Loopback.ChatReply;

namespace MGLMM.SemanticKernel.Tests.Conversations;

/// <summary>
/// Whole conversations over a real socket. The scripts know no handle that they were not told; what is in the workspace afterwards is
/// computed again pixel by pixel.
/// </summary>
public sealed class ConversationTests(OracleTools oracle)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_the_whole_scene_to_the_parts_of_one_object(bool stream)
    {
        string barn = "", parts = "", rest = "", artifact = "";
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { MinimumContainment = 0 });
        await using Agent agent = new(toolset, Script);
        string answer = await agent.AskAsync("Describe the scene, then the parts of the barn, and export them.", stream, takesImages: false, ("farm.png", Picture("landscape")));
        Assert.Equal($"The parts are in {artifact}.", answer);
        Assert.Equal(5, agent.Model.CallCount);

        bool[] whole = PlainPixels.Of(toolset, barn);
        Assert.True(toolset.Workspace.TryGetSet(parts, out VisionSet? set));
        bool[][] partPixels = set.Regions.Select(handle => PlainPixels.Of(toolset, handle)).ToArray();
        Assert.NotEmpty(partPixels);
        Assert.All(partPixels, part => Assert.Equal(part, part.And(whole)));
        Assert.All(set.Regions, handle => Assert.Equal(barn, toolset.Workspace.Regions.Single(region => region.Handle == handle).Parent));

        bool[] expected = partPixels.Aggregate(whole, (left, part) => left.Without(part));
        IReadOnlyList<VisionRegion> left = toolset.Workspace.RegionsInSet(rest);
        Assert.Equal(expected.Area() == 0 ? [] : [expected], left.Select(region => region.Mask.ToBitmap()));

        Assert.True(toolset.Workspace.TryGetArtifact(artifact, out VisionArtifact? file));
        using JsonDocument coco = JsonDocument.Parse(file.Content);
        JsonElement[] annotations = coco.RootElement.GetProperty("annotations").EnumerateArray().ToArray();
        Assert.Equal(partPixels.Length, annotations.Length);
        foreach ((JsonElement annotation, bool[] part) in annotations.Zip(partPixels))
        {
            Assert.Equal(part, PlainPixels.FromCoco(annotation.GetProperty("segmentation").Text("counts"), 97, 61));
            Assert.Equal(part.Area(), annotation.GetProperty("area").GetInt32());
        }

        IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            string image = model.Request.AttachedHandle("farm.png");
            yield return Call("segment_and_caption", new { image, granularity = "panoptic" });
            barn = model.Result.HandleOf("barn");
            yield return Call("segment_and_caption", new { image, granularity = "part", within = barn });
            parts = model.Result.Text("set");
            string part = model.Result.Handles()[0];
            yield return Call("caption", new { image, region = part });
            Assert.Equal(part, model.Result.Text("region"));
            yield return Call("combine_regions", new { operation = "subtract", regions = barn, others = parts });
            rest = model.Result.Text("set");
            yield return Call("export_regions", new { set = parts, format = "coco_rle" });
            artifact = model.Result.Text("artifact");
            yield return Say($"The parts are in {artifact}.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_empty_target_is_an_answer_and_no_reason_to_ask_again(bool stream)
    {
        string nothing = "", artifact = "";
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, Script);
        Assert.Equal("There is no dog.", await agent.AskAsync("Cut out the dog.", stream, takesImages: false, ("farm.png", Picture("landscape"))));
        Assert.Equal(6, agent.Model.CallCount);
        Assert.Single(Regex.Matches(agent.Requests[^1].Body, "a big dog"));
        Assert.DoesNotContain(toolset.Workspace.Regions, region => region.Phrase?.Contains("dog", StringComparison.Ordinal) == true);
        Assert.True(toolset.Workspace.TryGetSet(nothing, out VisionSet? set));
        Assert.Empty(set.Regions);
        Assert.True(toolset.Workspace.TryGetArtifact(artifact, out VisionArtifact? file));
        using JsonDocument geo = JsonDocument.Parse(file.Content);
        Assert.Equal(0, geo.RootElement.GetProperty("features").GetArrayLength());

        IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            string image = model.Request.AttachedHandle("farm.png");
            yield return Call("refer", new { image, expression = "dog" });
            Assert.True(model.Result.IsTrue("empty"));
            Assert.Empty(model.Result.Regions());
            nothing = model.Result.Text("set");
            yield return Call("select_regions", new { set = nothing, label = "a big dog", order_by = "largest", top = 1 });
            Assert.True(model.Result.IsTrue("empty"));
            Assert.Equal(0, model.Result.GetProperty("count").GetInt32());
            yield return Call("combine_regions", new { operation = "grow", regions = nothing, pixels = 2 });
            Assert.Equal("empty_set", model.Result.Text("code"));
            yield return Call("export_regions", new { set = nothing, format = "geojson" });
            artifact = model.Result.Text("artifact");
            yield return Call("segment_and_caption", new { image });
            Assert.DoesNotContain("dog", model.Result.Text("model_said"));
            yield return Call("get_regions", new { set = model.Result.Text("set"), limit = 2, fields = "phrase" });
            Assert.Equal(2, model.Result.GetProperty("next_offset").GetInt32());
            yield return Say("There is no dog.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Union_and_subtraction_across_two_earlier_answers(bool stream)
    {
        Combination seen = new();
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, seen.Script);
        Assert.Equal("Done.", await agent.AskAsync("The barn as both say it, without the pond, and a little larger.", stream, takesImages: false, ("farm.png", Picture("landscape"))));
        Assert.Equal(6, agent.Model.CallCount);
        seen.Check(toolset);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_handle_is_corrected_from_what_the_error_says(bool stream)
    {
        string car = "", wall = "";
        JsonElement pair = default;
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, Script);
        Assert.Equal("Measured.", await agent.AskAsync("How do car and wall lie?", stream, takesImages: false, ("street.png", Picture("square"))));
        Assert.Equal(7, agent.Model.CallCount);
        (bool[] a, bool[] b) = (PlainPixels.Of(toolset, car), PlainPixels.Of(toolset, wall));
        Assert.Equal(Math.Round(PlainPixels.IntersectionOverUnion(a, b), 4), pair.GetProperty("iou").GetDouble(), 1e-9);
        Assert.Equal(Math.Round((double)a.And(b).Area() / a.Area(), 4), pair.GetProperty("a_in_b_fraction").GetDouble(), 1e-9);
        Assert.Equal(Math.Round((double)a.And(b).Area() / b.Area(), 4), pair.GetProperty("b_in_a_fraction").GetDouble(), 1e-9);

        IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            yield return Call("segment_and_caption", new { image = "img7", granularity = "instance" });
            Assert.Equal("unknown_handle", model.Result.Text("code"));
            string image = Regex.Match(model.Result.Text("try"), @"img\d+").Value;
            yield return Call("segment_and_caption", new { image, granularity = "instance" });
            yield return Call("caption", new { image, region = "m99" });
            Dictionary<string, string> known = Regex.Matches(model.Result.Text("try"), @"(m\d+) \(([^)]*)\)").ToDictionary(match => match.Groups[2].Value, match => match.Groups[1].Value);
            car = known.Single(entry => entry.Key.Contains("car", StringComparison.Ordinal)).Value;
            yield return Call("caption", new { image, region = car });
            Assert.Equal(car, model.Result.Text("region"));
            yield return Call("select_regions", new { set = "s99", label = "wall" });
            string set = Regex.Match(model.Result.Text("try"), @"s\d+").Value;
            yield return Call("select_regions", new { set, label = "walls" });
            wall = Assert.Single(model.Result.Handles());
            yield return Call("compare_regions", new { regions = $"{car}, {wall}" });
            pair = Assert.Single(model.Result.GetProperty("pairs").EnumerateArray());
            Assert.Equal((car, wall), (pair.Text("a"), pair.Text("b")));
            yield return Say("Measured.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_calls_at_once_each_get_their_result(bool stream)
    {
        string barn = "", car = "", largest = "";
        VisionToolset toolset = oracle.NewToolset();
        await using Agent agent = new(toolset, Script);
        Assert.Equal("Both are done.", await agent.AskAsync(
            "Look at both.", stream, takesImages: true, ("farm.png", Picture("landscape")), ("street.png", Picture("square"))));
        Assert.Equal(6, agent.Model.CallCount);
        Assert.Equal(2, agent.Requests[0].Messages.SelectMany(ChatRequest.Pictures).Count());
        Assert.Equal(["img1", "img2"], toolset.Workspace.Images.Select(image => image.Handle));
        Assert.Equal(("img1", "img2"), (ImageOf(barn), ImageOf(car)));
        Assert.Equal(toolset.Workspace.RegionsOf("img1").MaxBy(region => region.Mask.ToBitmap().Area())!.Handle, largest);
        Assert.Equal(["crop", "cutout"], toolset.Workspace.Artifacts.Select(artifact => artifact.Kind).Order());

        string ImageOf(string handle) => toolset.Workspace.Regions.Single(region => region.Handle == handle).Image;

        IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            (string farm, string street) = (model.Request.AttachedHandle("farm.png"), model.Request.AttachedHandle("street.png"));
            yield return CallAll(new ChatCall("segment_and_caption", new { image = farm }), new ChatCall("segment_and_caption", new { image = street }));
            Assert.Equal([farm, street], model.Request.LastResults.Select(result => result.Text("image")));
            (barn, car) = (model.Request.LastResults[0].HandleOf("barn"), model.Request.LastResults[1].HandleOf("car"));
            yield return CallAll(
                new ChatCall("select_regions", new { set = model.Request.LastResults[0].Text("set"), order_by = "largest", top = 1 }),
                new ChatCall("caption", new { image = street, region = car }));
            largest = Assert.Single(model.Request.LastResults[0].Handles());
            Assert.Equal(car, model.Request.LastResults[1].Text("region"));
            yield return CallAll(
                new ChatCall("render_image", new { image = farm, regions = largest, style = "cutout" }),
                new ChatCall("render_image", new { image = street, regions = car, style = "crop" }));
            Assert.Equal([farm, street], model.Request.LastResults.Select(result => result.Text("image")));
            yield return Say("Both are done.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Letters_of_all_scripts_reach_the_model_as_they_are(bool stream)
    {
        await using Agent agent = new(oracle.NewToolset(), Script);
        await agent.AskAsync("木はどこ?", stream, takesImages: false, ("farm.png", Picture("landscape")));

        static IEnumerable<ChatReply> Script(ScriptedChat model)
        {
            yield return Call("caption", new { image = model.Request.AttachedHandle("farm.png"), region = "大きな木é" });
            Assert.Contains("'大きな木é'", Assert.Single(ChatRequest.Texts(model.Request.Messages[^1])));
            yield return Say("?");
        }
    }

    private static string Picture(string name) => OracleData.Image(OracleData.GoldenImages.Single(file => file.StartsWith(name, StringComparison.Ordinal)) + ".png");
}
