using MGLMM.Vision.Grounding;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Puts a free question or instruction to the model, about the whole picture or one region.</summary>
internal sealed class AskTool : VisionTool
{
    private static readonly ImageParameter Image = new() { IsRequired = true, Aliases = ImageParameter.UsualAliases };

    private static readonly TextParameter Question = new("question", "The question")
    {
        IsRequired = true,
        NeedsWords = true,
        Remedy = "Ask something about the picture.",
        Aliases = ["query", "prompt", "text", "instruction", "q", "message", "request", "ask", "question_text", "user_question", "user_query", "input"],
    };

    private static readonly FlagParameter FollowUp = new("follow_up", "Whether it continues the last answer about this picture")
    {
        Aliases = ["followup", "is_follow_up", "continue", "continues", "continuation", "follow", "continue_conversation", "is_followup"],
    };

    private static readonly RegionParameter Region = new("region", "Region to ask about, such as m3; the whole picture if left out") { Of = Image, Aliases = [.. RegionParameter.UsualAliases, "object", "target"] };

    private AskTool()
        : base(
            ToolGroups.Vision,
            "ask",
            "Asks the picture a free question: a colour, a place, an activity. For counts and sizes, segment and use vision_geometry, which is exact.",
            "model_said, regions where the answer has any",
            Image,
            Question,
            FollowUp,
            Region)
    {
    }

    public static VisionTool Instance { get; } = new AskTool();

    internal override async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        (VisionToolContext context, ModelAccess model) = (call.Context, call.Context.Asking);
        (VisionImage? picture, VisionRegion? region, bool followsUp) = (call.Get(Image), call.Get(Region), call.Get(FollowUp));
        model.Require("ask", "free questions", "Use refer instead.");
        string task = region is not null && model.PointsToBox("ask.region") ? "ask.region" : "ask";
        string instruction = model.Instruction(task, call.Get(Question), "question");
        if (region is not null && followsUp)
        {
            throw ToolException.BadArgument(
                "A question about a region stands alone, so it cannot continue the last answer.", "Leave follow_up out, or leave region out to go on about the whole picture.");
        }

        Finding finding = followsUp
            ? await context.Finder.FollowUpAsync(picture, instruction, cancellationToken).ConfigureAwait(false)
            : await context.Finder.FindAsync(
                picture, region, region is null ? RegionFinder.WholePicture(picture) : [() => context.Finder.ViewOf(picture, region, task)], instruction, cancellationToken).ConfigureAwait(false);
        return context.Found.Keep(finding, new FindingTerms
        {
            SaysEmpty = false,
            Asked = call.Get(Question),
            Sought = Sought.Asked(call.Get(Question)!, model.Card, wantsRegions: false),
        });
    }
}
