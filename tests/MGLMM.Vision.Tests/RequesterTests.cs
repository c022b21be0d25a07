using MGLMM.Vision.Results;

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
        Assert.Equal((AskPriority.Interactive, null), (asked.Priority, asked.Deadline));
    }

    [Theory]
    [InlineData("nightly", AskPriority.Background)]
    [InlineData("anna", AskPriority.Interactive)]
    public async Task A_question_has_the_hosts_deadline_and_its_owners_priority(string owner, AskPriority priority)
    {
        AskOptions? asked = null;
        ScriptedGroundingModel model = new()
        {
            Answer = (_, options) =>
            {
                asked = options;
                throw new AnswerDeadlineException(options.Deadline!.Value);
            },
        };
        VisionToolsetOptions options = new() { AnswerDeadline = TimeSpan.FromSeconds(30), PriorityOf = name => name == "nightly" ? AskPriority.Background : AskPriority.Interactive };
        VisionToolset toolset = new(model, new VisionWorkspace(owner, "talk"), options);
        toolset.Workspace.AddImage(RgbImage.FromPixels(new byte[3 * 8 * 8], 8, 8), "picture");
        for (int call = 0; call < 4; call++)
        {
            // Not a mistake of the caller's, so never a repeated call.
            await toolset.SegmentAndCaptionAsync("img1").Fails(ToolErrorCodes.Late);
        }

        Assert.Equal((priority, TimeSpan.FromSeconds(30)), (asked!.Priority, asked.Deadline));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VisionToolset(model, null, options with { AnswerDeadline = TimeSpan.Zero }));
    }
}
