using System.Text;
using MGLMM.Masks;
using MGLMM.Vision.Results;

namespace MGLMM.Vision;

/// <summary>From an instruction to regions of the workspace.</summary>
public sealed partial class VisionToolset
{
    private const int FewestPixels = 4;

    /// <summary>Where a box stands in an instruction.</summary>
    private const string BoxMarkup = "<bbox>";

    /// <summary>
    /// Asks about views of a picture, one after the other, until one answer has regions. With a parent, masks are cut to it and those
    /// mostly outside are dropped. If none has regions, the first answer counts.
    /// </summary>
    private async Task<Finding> FindAsync(
        VisionImage image, VisionRegion? parent, IEnumerable<Func<PictureView>> views, string instruction, CancellationToken cancellationToken)
    {
        Finding? first = null, found = null;
        foreach (var view in views.Select(make => make()))
        {
            // A crop may turn out to be the whole picture, which need not be asked twice.
            if (first is not null && first.View.IsCrop == view.IsCrop)
            {
                continue;
            }

            var finding = await FindAsync(image, parent, view, instruction, cancellationToken).ConfigureAwait(false);
            first ??= finding;
            if (finding.Masks.Any(mask => mask is not null))
            {
                found = finding;
                break;
            }
        }

        found ??= first!;
        if (found.View.IsWhole)
        {
            Remember(image, instruction, found.Answer);
        }

        return found;
    }

    /// <summary>What a later question can go on from: the answer that the caller got, if it was about the whole picture.</summary>
    private void Remember(VisionImage image, string instruction, GroundedAnswer answer, bool followUp = false) =>
        Workspace.Remember(image.Handle, new EarlierTurn(instruction, answer.Text), followUp, _options.MaximumDialogueTurns);

    private async Task<Finding> FindAsync(
        VisionImage image, VisionRegion? parent, PictureView view, string instruction, CancellationToken cancellationToken, bool followUp = false)
    {
        var answer = followUp
            ? await FollowUpAsync(image, instruction, cancellationToken).ConfigureAwait(false)
            : await AskModelAsync(view, image, instruction, cancellationToken).ConfigureAwait(false);
        var masks = new Mask?[answer.Segments.Count];
        var outside = 0;
        for (var index = 0; index < masks.Length; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mask = view.ToPicture(answer.Segments[index].Mask);
            if (parent is not null && !mask.IsEmpty)
            {
                var inside = mask.Intersect(parent.Mask);
                if (inside.Area < Math.Max(FewestPixels, mask.Area * _options.MinimumContainment))
                {
                    outside++;
                    continue;
                }

                mask = inside;
            }

            masks[index] = mask.IsEmpty ? null : mask;
        }

        return new Finding(image, parent, view, instruction, answer, masks, outside);
    }

    /// <summary>Goes on from the last answers about the picture; forgets the oldest where the model cannot take them all.</summary>
    private async Task<GroundedAnswer> FollowUpAsync(VisionImage image, string instruction, CancellationToken cancellationToken)
    {
        var earlier = Workspace.DialogueOf(image.Handle);
        while (true)
        {
            try
            {
                return await AskModelAsync(PictureView.Whole(image), image, instruction, cancellationToken, earlier).ConfigureAwait(false);
            }
            catch (PromptTooLongException) when (earlier.Count > 0)
            {
                earlier = [.. earlier.Skip(1)];
            }
        }
    }

    private static Func<PictureView>[] WholePicture(VisionImage image) => [() => PictureView.Whole(image)];

    /// <summary>Keeps a finding's regions and describes it.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="granularity">Null where the tool has none.</param>
    /// <param name="defaultPhrase">What a region is called where the model gave no words.</param>
    /// <param name="saysEmpty">Whether an answer without regions means that there is none. False where words alone are an answer.</param>
    /// <param name="fields">What is told of each region.</param>
    /// <param name="mostRegions">Regions that the result lists at most; null lists as many as fit.</param>
    private GroundedResult Keep(
        Finding finding, string? granularity = null, string? defaultPhrase = null, bool saysEmpty = true,
        RegionFields fields = RegionFields.Normal, int? mostRegions = null)
    {
        var segments = finding.Answer.Segments;
        var found = new List<(Mask Mask, string? Phrase)>();
        var regionOf = new int[segments.Count];
        for (var index = 0; index < segments.Count; index++)
        {
            regionOf[index] = -1;
            if (finding.Masks[index] is { } mask)
            {
                regionOf[index] = found.Count;
                var phrase = segments[index].Phrase ?? defaultPhrase;
                found.Add((mask, phrase is null ? null : PlainText.Limit(phrase, 100)));
            }
        }

        var regions = Workspace.AddRegions(finding.Image, found, finding.Instruction, finding.Parent?.Handle, Model.Card.Name);
        var all = regions.DistinctBy(region => region.Handle).ToArray();
        var set = all.Length > 0 || saysEmpty ? Workspace.AddSet(finding.Image, [.. all.Select(region => region.Handle)], finding.Instruction) : null;

        // Words and records share what a result may cost. An explicit number of regions is the caller's own choice.
        var budget = _options.MaximumResultTokens;
        var said = ResultBudget.Text(WithHandles(finding.Answer, regionOf, regions), _options.MaximumTextLength, all.Length == 0 ? budget / 2 : budget * 2 / 5);
        var listed = mostRegions is { } most
            ? [.. all.Take(most).Select(region => RegionRecord.Of(region, fields))]
            : ResultBudget.Fitting(all, fields, budget, said);
        return new GroundedResult
        {
            Image = finding.Image.Handle,
            Within = finding.Parent?.Handle,
            Granularity = granularity,
            Empty = saysEmpty && all.Length == 0,
            ModelSaid = said,
            Caption = finding.Answer.Caption,
            Set = set?.Handle,
            Regions = listed,
            MoreRegionCount = all.Length - listed.Count,
            DroppedOutsideCount = finding.OutsideCount,
            EmptyMaskCount = segments.Count(segment => segment.Mask.IsEmpty),
            LookedAt = finding.Parent is null ? null : finding.View.WireName,
            CutOff = finding.Answer.StopReason != StopReason.EndOfSequence,
            Timings = finding.Answer.Timings,
        };
    }

    /// <summary>The caption with the handles of its regions behind each phrase: "a red car [m3] and two trees [m4, m5]".</summary>
    private static string WithHandles(GroundedAnswer answer, int[] regionOf, IReadOnlyList<VisionRegion> regions)
    {
        var caption = answer.Caption;
        var text = new StringBuilder(caption.Length + (8 * regions.Count));
        var copied = 0;
        foreach (var phrase in answer.Grounded.Phrases)
        {
            var handles = phrase.SegmentIndices
                .Where(index => index < regionOf.Length && regionOf[index] >= 0)
                .Select(index => regions[regionOf[index]].Handle)
                .Distinct()
                .ToArray();
            if (handles.Length == 0)
            {
                continue;
            }

            var end = Math.Clamp(phrase.End, copied, caption.Length);
            text.Append(caption, copied, end - copied);
            copied = end;
            if (text.Length > 0 && !char.IsWhiteSpace(text[^1]))
            {
                text.Append(' ');
            }

            text.Append('[').AppendJoin(", ", handles).Append(']');
            if (copied < caption.Length && char.IsLetterOrDigit(caption[copied]))
            {
                text.Append(' ');
            }
        }

        return text.Append(caption, copied, caption.Length - copied).ToString();
    }

    /// <summary>The model's own wording of a task.</summary>
    private string Instruction(string task, string? value, string argument)
    {
        try
        {
            return Model.Card.Instructions.Fill(task, value);
        }
        catch (ArgumentException)
        {
            throw value is { Length: > InstructionTemplates.MaximumValueLength }
                ? new ToolException(
                    ToolErrorCodes.TooLong,
                    $"'{argument}' has {value.Length} characters; at most {InstructionTemplates.MaximumValueLength} are accepted.",
                    "Say it in fewer words.")
                : ToolException.BadArgument($"'{argument}' has no usable words.", "Say it in plain words, without markup.");
        }
    }

    private string Template(string task) => Model.Card.Wordings[task][0];

    /// <summary>Whether the model's wording of a task points to a box, and the model takes one.</summary>
    private bool PointsToBox(string task) => Model.Card.TakesBoxes && Model.Card.Instructions.Supports(task) && Template(task).Contains(BoxMarkup, StringComparison.Ordinal);

    private void RequireTask(string task, string tool, string remedy)
    {
        if (!Model.Card.Instructions.Supports(task))
        {
            throw new ToolException(
                ToolErrorCodes.NotSupported, $"The loaded model '{Model.Card.Name}' was not trained for {tool}.", remedy);
        }
    }

    /// <summary>An answer about a view, its masks brought back to the picture; null where the model's mask does not count.</summary>
    private sealed record Finding(
        VisionImage Image, VisionRegion? Parent, PictureView View, string Instruction, GroundedAnswer Answer, Mask?[] Masks, int OutsideCount);
}
