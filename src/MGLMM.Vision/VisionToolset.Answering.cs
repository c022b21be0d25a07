using MGLMM.Vision.Results;

namespace MGLMM.Vision;

/// <summary>Expressions, questions and captions.</summary>
public sealed partial class VisionToolset
{
    /// <summary>Finds what an expression refers to: one region, several, or none.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="expression">A noun phrase, such as "the red car on the left".</param>
    /// <param name="within">A region to look inside; null for the whole picture.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="GroundedResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> ReferAsync(string image, string expression, string? within = null, CancellationToken cancellationToken = default) => GuardAsync(
        "refer",
        async token =>
        {
            var picture = Image(image);
            var parent = RegionOf(picture, within);
            RequireTask("refer", "referring expressions", "Use ask instead.");
            var wanted = Required(expression, "expression", "Name the thing to find, such as: the red car on the left.");
            var instruction = Instruction("refer", ObjectPhrase.ForExpression(Template("refer"), wanted), "expression");
            var views = parent is null ? WholePicture(picture) : [CropOf(picture, parent), () => PictureView.Whole(picture)];
            return Keep(await FindAsync(picture, parent, views, instruction, token).ConfigureAwait(false), defaultPhrase: wanted.Trim());
        },
        cancellationToken);

    /// <summary>Finds what answers a question that names no object, such as "What could carry many people?".</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="question">The question.</param>
    /// <param name="explain">Whether the model says why.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="GroundedResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> ReasonSegmentAsync(string image, string question, bool explain = false, CancellationToken cancellationToken = default) => GuardAsync(
        "reason_segment",
        async token =>
        {
            var picture = Image(image);
            RequireTask("reason_segment", "reasoning segmentation", "Use refer with the name of the thing instead.");
            var task = "reason_segment";
            if (explain)
            {
                task = "reason_segment.explain";
                RequireTask(task, "explaining its choice", "Call again with explain false.");
            }

            var instruction = Instruction(task, Required(question, "question", "Ask a question that something in the picture answers."), "question");
            return Keep(await FindAsync(picture, null, WholePicture(picture), instruction, token).ConfigureAwait(false));
        },
        cancellationToken);

    /// <summary>Describes a picture, or one region of it, in words alone.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="region">A region to describe; null for the whole picture.</param>
    /// <param name="detail"><c>brief</c>, <c>normal</c> (where null) or <c>detailed</c>.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="CaptionResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> CaptionAsync(string image, string? region = null, string? detail = null, CancellationToken cancellationToken = default) => GuardAsync(
        "caption",
        async token =>
        {
            var picture = Image(image);
            var about = RegionOf(picture, region);
            var length = DetailOf(detail);
            var task = "caption." + length;
            if (about is not null && Model.Card.Instructions.Supports("region_caption") && (Model.Card.TakesBoxes || !Template("region_caption").Contains(BoxMarkup, StringComparison.Ordinal)))
            {
                task = "region_caption";
            }

            var others = Details.Where(other => Model.Card.Instructions.Supports("caption." + other)).ToArray();
            RequireTask(
                task, $"{length} captions", others.Length > 0 ? $"Use detail {string.Join(" or ", others)}." : "Use segment_and_caption or ask instead.");
            var view = about is null ? PictureView.Whole(picture) : ViewOf(picture, about, task);
            var instruction = Instruction(task, null, "detail");
            var answer = await AskModelAsync(view, picture, instruction, token).ConfigureAwait(false);
            if (about is null)
            {
                Remember(picture, instruction, answer);
            }

            return new CaptionResult
            {
                Image = picture.Handle,
                Region = about?.Handle,
                Caption = ResultBudget.Text(answer.Caption, _options.MaximumTextLength, _options.MaximumResultTokens * 4 / 5),
                CutOff = answer.StopReason != StopReason.EndOfSequence,
                Timings = answer.Timings,
            };
        },
        cancellationToken);

    /// <summary>Puts a free question or instruction to the model.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="question">The question, in the words that the model shall read.</param>
    /// <param name="followUp">Whether it continues from the last answers about the whole picture, rather than standing alone.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="GroundedResult"/>, with regions where the answer has any, or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> AskAsync(string image, string question, bool followUp = false, CancellationToken cancellationToken = default) => GuardAsync(
        "ask",
        async token =>
        {
            var picture = Image(image);
            RequireTask("ask", "free questions", "Use refer instead.");
            var instruction = Instruction("ask", Required(question, "question", "Ask something about the picture."), "question");
            var finding = await FindAsync(picture, null, PictureView.Whole(picture), instruction, token, followUp).ConfigureAwait(false);
            Remember(picture, instruction, finding.Answer, followUp);
            return Keep(finding, saysEmpty: false);
        },
        cancellationToken);
}
