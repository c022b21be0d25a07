using MGLMM.Vision.Geometry;
using MGLMM.Vision.Grounding;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Finds what answers a question that names no object, such as "What could carry many people?".</summary>
internal sealed class ReasonSegmentTool : VisionTool
{
    private static readonly ImageParameter Image = new() { IsRequired = true, Aliases = ImageParameter.UsualAliases };

    private static readonly TextParameter Question = new("question", "The question")
    {
        IsRequired = true,
        NeedsWords = true,
        Remedy = "Ask a question that something in the picture answers.",
        Aliases = ["query", "prompt", "text", "instruction", "q", "expression", "description", "request", "question_text", "user_question", "user_query", "input"],
    };

    private static readonly FlagParameter Explain = new("explain", "Whether to give the reason too")
    {
        Aliases = ["explanation", "with_explanation", "explain_why", "why", "reason", "give_reason", "reasoning", "with_reason", "with_reasoning", "include_reason", "include_reasoning", "include_explanation", "explain_reasoning"],
    };

    private static readonly RegionParameter Within = new("within", "Region to look inside, such as m3") { Of = Image, Aliases = [.. RegionParameter.UsualAliases, "object", "target"] };

    private ReasonSegmentTool()
        : base(
            ToolGroups.Vision,
            "reason_segment",
            "Segments what answers a question that does not name it, such as: What could carry many people?",
            "model_said, set, regions, empty: true if none",
            Image,
            Question,
            Explain,
            Within)
    {
    }

    public static VisionTool Instance { get; } = new ReasonSegmentTool();

    internal override async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        (VisionToolContext context, ModelAccess model) = (call.Context, call.Context.Asking);
        (VisionImage? picture, VisionRegion? parent) = (call.Get(Image), call.Get(Within));
        model.Require("reason_segment", "reasoning segmentation", "Use refer with the name of the thing instead.");
        string task = "reason_segment";
        if (call.Get(Explain))
        {
            task = "reason_segment.explain";
            model.Require(task, "explaining its choice", "Call again with explain false.");
        }

        string instruction = model.Instruction(task, call.Get(Question), "question");
        Func<PictureView>[] views = parent is null ? RegionFinder.WholePicture(picture) : [context.Finder.CropOf(picture, parent)];
        return context.Found.Keep(
            await context.Finder.FindAsync(picture, parent, views, instruction, cancellationToken).ConfigureAwait(false),
            new FindingTerms { Asked = call.Get(Question), Sought = Sought.Asked(call.Get(Question)!, model.Card, wantsRegions: true) });
    }
}
