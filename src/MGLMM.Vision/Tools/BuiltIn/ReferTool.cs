using MGLMM.Vision.Geometry;
using MGLMM.Vision.Grounding;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Finds what an expression refers to: one region, several, or none.</summary>
internal sealed class ReferTool : VisionTool
{
    private static readonly ImageParameter Image = new() { IsRequired = true, Aliases = ImageParameter.UsualAliases };

    private static readonly TextParameter Expression = new("expression", "Noun phrase, such as: the red car on the left")
    {
        IsRequired = true,
        NeedsWords = true,
        Remedy = "Name the thing to find, such as: the red car on the left.",
        Aliases = ["phrase", "query", "text", "object", "target", "noun", "noun_phrase", "label", "name", "description", "prompt", "referring_expression", "what", "category", "class", "thing", "expr", "question", "find", "search", "search_query", "q", "target_object", "subject"],
    };

    private static readonly RegionParameter Within = new("within", "Region to look inside, such as m3") { Of = Image, Aliases = RegionParameter.UsualAliases };

    private ReferTool()
        : base(
            ToolGroups.Vision,
            "refer",
            "Segments what a noun phrase names: one region, several, or none. empty: true is the final answer that there is no such thing: tell the "
            + "user, do not ask again in other words. unknown_word is no answer: the model does not know the word. Where found differs from asked, the model took one thing for another.",
            "model_said, set, regions, empty: true if none",
            Image,
            Expression,
            Within)
    {
    }

    public static VisionTool Instance { get; } = new ReferTool();

    internal override async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        (VisionToolContext context, ModelAccess model) = (call.Context, call.Context.Asking);
        (VisionImage? picture, VisionRegion? parent, string? wanted) = (call.Get(Image), call.Get(Within), call.Get(Expression)!);
        model.Require("refer", "referring expressions", "Use ask instead.");
        string task = Request.TaskOf(wanted, model.Supports);
        string instruction = model.Instruction(task, task == "refer" ? ObjectPhrase.ForExpression(model.Template("refer"), wanted) : wanted.Trim(), "expression");
        Func<PictureView>[] views = parent is null ? RegionFinder.WholePicture(picture) : [context.Finder.CropOf(picture, parent), () => PictureView.Whole(picture)];
        return context.Found.Keep(
            await context.Finder.FindAsync(picture, parent, views, instruction, cancellationToken).ConfigureAwait(false),
            new FindingTerms { DefaultPhrase = wanted, Asked = wanted, Sought = Sought.Referred(wanted, model.Card) });
    }
}
