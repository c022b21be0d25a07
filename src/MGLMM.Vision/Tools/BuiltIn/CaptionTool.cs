using MGLMM.Vision.Geometry;
using MGLMM.Vision.Grounding;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Describes a picture, or one region of it, in words alone.</summary>
internal sealed class CaptionTool : VisionTool
{
    private static readonly ImageParameter Image = new() { IsRequired = true, Aliases = ImageParameter.UsualAliases };

    private static readonly RegionParameter Region = new("region", "Region to describe, such as m3; the whole picture if left out") { Of = Image, Aliases = [.. RegionParameter.UsualAliases, "object", "target"] };

    private static readonly ChoiceParameter Detail = new("detail", "Length; normal if left out", Details.All)
    {
        Default = Details.Normal,
        TellsDefault = false,
        Aliases = [.. Details.Aliases, "style", "mode", "type"],
    };

    private CaptionTool()
        : base(
            ToolGroups.Vision, "caption", "Describes a picture or one region in words only; cheaper than segment_and_caption.", "model_said", Image, Region, Detail)
    {
    }

    public static VisionTool Instance { get; } = new CaptionTool();

    internal override async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        (VisionToolContext context, ModelAccess model) = (call.Context, call.Context.Asking);
        (VisionImage? picture, VisionRegion? about, string? length) = (call.Get(Image), call.Get(Region), call.Get(Detail)!);
        string task = about is not null && model.Supports("region_caption") ? "region_caption" : "caption." + length;
        string[] others = Details.All.Select(known => known.Name).Where(other => model.Supports("caption." + other)).ToArray();
        model.Require(task, $"{length} captions", others.Length > 0 ? $"Use detail {string.Join(" or ", others)}." : "Use segment_and_caption or ask instead.");
        PictureView view = about is null ? PictureView.Whole(picture) : context.Finder.ViewOf(picture, about, task);
        string instruction = model.Instruction(task, null, "detail");
        GroundedAnswer answer = await model.AskAsync(view, picture, instruction, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (about is null)
        {
            context.Finder.Remember(picture, instruction, answer);
        }

        Understanding understood = Understanding.Of(model.Card, new FindingTerms { Sought = Sought.Described(about?.Phrase, model.Card) }, answer, []);
        return new CaptionResult
        {
            Image = picture.Handle,
            Region = about?.Handle,
            Caption = ResultBudget.Text(answer.Caption, context.Settings.MaximumTextLength, context.Settings.MaximumResultTokens * 4 / 5),
            LookedAt = about is null ? null : view.WireName,
            Asked = understood.Asked,
            Found = understood.Found,
            CutOff = answer.StopReason != StopReason.EndOfSequence,
            Timings = answer.Timings,
        };
    }
}
