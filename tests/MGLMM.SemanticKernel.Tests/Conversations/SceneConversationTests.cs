using System.Text.Json;
using MGLMM.Models.Scenes;
using MGLMM.Runtime;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using static MGLMM.SemanticKernel.Tests.Loopback.ChatReply;

namespace MGLMM.SemanticKernel.Tests.Conversations;

/// <summary>With the embedded model and a bundled picture. Its words are its own and may change; what is made of them must be exact.</summary>
public sealed class SceneConversationTests
{
    [Fact]
    public async Task How_many_and_which_is_the_largest()
    {
        string label = "", all = "", named = "", largest = "", artifact = "";
        int count = 0;
        List<JsonElement> pairs = new();
        using MglmmModel model = await MglmmModel.LoadAsync(ScenesModel.BundlePath);
        VisionToolset toolset = new(model);
        await using Agent agent = new(toolset, Script);
        string answer = await agent.AskAsync(
            "How many things of the first kind are there, and which is the largest?", stream: true, takesImages: false,
            ("meadow.png", RepositoryRoot.Combine("samples", "VisionAgent", "images", "meadow.png")));
        Assert.Equal($"There are {count}, and {largest} is the largest.", answer);
        Assert.Equal(5, agent.Model.CallCount);

        IReadOnlyList<VisionRegion> regions = toolset.Workspace.RegionsInSet(all);
        Assert.InRange(count, regions.Count(IsCalledSo), regions.Count(region => Words(region).Contains(label)));
        IReadOnlyList<VisionRegion> chosen = toolset.Workspace.RegionsInSet(named);
        Assert.Equal(count, chosen.Count);
        Assert.Equal(chosen.Max(region => region.Mask.ToBitmap().Area()), PlainPixels.Of(toolset, largest).Area());
        Assert.NotEmpty(pairs);
        foreach (JsonElement pair in pairs)
        {
            (bool[] a, bool[] b) = (PlainPixels.Of(toolset, pair.Text("a")), PlainPixels.Of(toolset, pair.Text("b")));
            Assert.Equal(Math.Round(PlainPixels.IntersectionOverUnion(a, b), 4), pair.GetProperty("iou").GetDouble(), 1e-9);
        }

        Assert.True(toolset.Workspace.TryGetArtifact(artifact, out VisionArtifact? picture));
        Assert.Equal([largest], picture.Regions);
        Assert.Equal("PNG"u8, picture.Content.Span.Slice(1, 3));

        bool IsCalledSo(VisionRegion region) => Words(region)[^1] == label;

        static string[] Words(VisionRegion region) => (region.Phrase ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } words ? words : [""];

        IEnumerable<ChatReply> Script(ScriptedChat seen)
        {
            string image = seen.Request.AttachedHandle("meadow.png");
            yield return Call("segment_and_caption", new { image, granularity = "instance" });
            all = seen.Result.Text("set");
            label = seen.Result.Regions()[0].Text("phrase").Split(' ')[^1];
            yield return Call("select_regions", new { set = all, label });
            named = seen.Result.Text("set");
            count = seen.Result.GetProperty("count").GetInt32();
            yield return Call("select_regions", new { set = named, order_by = "largest", top = 1 });
            largest = Assert.Single(seen.Result.Handles());
            yield return Call("compare_regions", new { regions = $"{largest}, {image}" });
            pairs.AddRange(seen.Result.GetProperty("pairs").EnumerateArray());
            yield return Call("render_image", new { image, regions = largest, style = "outline" });
            artifact = seen.Result.Text("artifact");
            yield return Say($"There are {count}, and {largest} is the largest.");
        }
    }
}
