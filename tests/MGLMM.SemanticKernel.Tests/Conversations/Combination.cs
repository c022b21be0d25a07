using System.Text.Json;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using static MGLMM.SemanticKernel.Tests.Loopback.ChatReply;

namespace MGLMM.SemanticKernel.Tests.Conversations;

/// <summary>A conversation that combines two answers, and what must be in the workspace after it; the same on every surface.</summary>
internal sealed class Combination
{
    private string _barn = "", _pond = "", _barnAgain = "", _union = "", _left = "", _grown = "";
    private JsonElement _pair;

    public IEnumerable<ChatReply> Script(ScriptedChat model)
    {
        string image = model.Request.AttachedHandle("farm.png");
        yield return Call("segment_and_caption", new { image });
        (_barn, _pond) = (model.Result.HandleOf("barn"), model.Result.HandleOf("pond"));
        yield return Call("refer", new { image, expression = "the red barn" });
        _barnAgain = Assert.Single(model.Result.Handles());
        yield return Call("combine_regions", new { operation = "union", regions = _barn, others = model.Result.Text("set") });
        _union = Assert.Single(model.Result.Handles());
        yield return Call("combine_regions", new { operation = "subtract", regions = _union, others = _pond });
        _left = Assert.Single(model.Result.Handles());
        yield return Call("combine_regions", new { operation = "grow", regions = _left, pixels = 2.5 });
        _grown = Assert.Single(model.Result.Handles());
        yield return Call("compare_regions", new { regions = $"{_union} {_grown}" });
        _pair = Assert.Single(model.Result.GetProperty("pairs").EnumerateArray());
        yield return Say("Done.");
    }

    public void Check(VisionToolset toolset)
    {
        bool[] union = PlainPixels.Of(toolset, _barn).Or(PlainPixels.Of(toolset, _barnAgain));
        Assert.Equal(union, PlainPixels.Of(toolset, _union));
        bool[] left = union.Without(PlainPixels.Of(toolset, _pond));
        Assert.Equal(left, PlainPixels.Of(toolset, _left));
        bool[] grown = left.Grown(width: 97, distance: 2.5);
        Assert.Equal(grown, PlainPixels.Of(toolset, _grown));
        Assert.Equal(Math.Round(PlainPixels.IntersectionOverUnion(union, grown), 4), _pair.GetProperty("iou").GetDouble(), 1e-9);
    }
}
