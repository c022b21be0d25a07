namespace MGLMM.Vision.Tests;

/// <summary>A model that lets requests wait is told whose they are.</summary>
public sealed class RequesterTests
{
    [Theory]
    [InlineData("anna", "anna")]
    [InlineData(VisionWorkspace.DefaultOwner, null)]
    public async Task A_question_names_the_owner_where_the_host_names_owners(string owner, string? requester)
    {
        AskOptions? asked = null;
        ScriptedGroundingModel model = new()
        {
            Answer = (_, options) =>
            {
                asked = options;
                return ScriptedGroundingModel.Halves;
            },
        };
        VisionToolset toolset = new(model, new VisionWorkspace(owner, "talk"));
        toolset.Workspace.AddImage(RgbImage.FromPixels(new byte[3 * 8 * 8], 8, 8), "picture");
        await toolset.SegmentAndCaptionAsync("img1");
        Assert.NotNull(asked);
        Assert.Equal(requester, asked.Requester);
    }
}
