using System.Text;
using MGLMM.Masks;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Vision.Grounding;

/// <summary>From masks to regions of the workspace and the record that tells of them. Thread-safe.</summary>
internal sealed class FoundRegions(ModelAccess model, VisionWorkspace workspace, VisionSettings settings)
{
    /// <summary>Keeps a finding's regions and describes it.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="telling">How to tell of it.</param>
    public GroundedResult Keep(Finding finding, FindingTerms telling)
    {
        IReadOnlyList<GroundedSegment> segments = finding.Answer.Segments;
        List<(Mask Mask, string? Phrase)> found = new();
        int[] regionOf = new int[segments.Count];
        for (int index = 0; index < segments.Count; index++)
        {
            regionOf[index] = -1;
            if (finding.Masks[index] is { } mask)
            {
                regionOf[index] = found.Count;
                string? phrase = segments[index].Phrase ?? telling.DefaultPhrase;
                found.Add((mask, phrase is null ? null : PlainText.Limit(phrase, 100)));
            }
        }

        IReadOnlyList<VisionRegion> regions = workspace.AddRegions(finding.Image, found, finding.Instruction, finding.Parent?.Handle, model.Card.Name);
        VisionRegion[] all = regions.DistinctBy(region => region.Handle).ToArray();
        Understanding understood = Understanding.Of(model.Card, telling, finding.Answer, [.. all.Select(region => region.Phrase)]);
        VisionSet? set = all.Length > 0 || telling.SaysEmpty ? workspace.AddSet(finding.Image, [.. all.Select(region => region.Handle)], finding.Instruction) : null;

        // Words and records share what a result may cost. An explicit number of regions is the caller's own choice.
        int budget = settings.MaximumResultTokens;
        string said = ResultBudget.Text(WithHandles(finding.Answer, regionOf, regions), settings.MaximumTextLength, all.Length == 0 ? budget / 2 : budget * 2 / 5);
        IReadOnlyList<RegionRecord> listed = telling.MostRegions is { } most
            ? [.. all.Take(most).Select(region => RegionRecord.Of(region, telling.Fields))]
            : ResultBudget.Fitting(all, telling.Fields, budget, string.Join(' ', said, understood.Asked, understood.Found, understood.UnknownWord, understood.Note));
        return new GroundedResult
        {
            Image = finding.Image.Handle,
            Within = finding.Parent?.Handle,
            Granularity = telling.Granularity,
            Empty = telling.SaysEmpty && all.Length == 0 && !understood.IsDoubtful,
            ModelSaid = said,
            Caption = finding.Answer.Caption,
            Set = set?.Handle,
            Regions = listed,
            MoreRegionCount = all.Length - listed.Count,
            DroppedOutsideCount = finding.OutsideCount,
            EmptyMaskCount = segments.Count(segment => segment.Mask.IsEmpty),
            LookedAt = finding.Parent is null ? null : finding.View.WireName,
            Asked = understood.Asked,
            Found = understood.Found,
            UnknownWord = understood.UnknownWord,
            Note = understood.Note,
            CutOff = finding.Answer.StopReason != StopReason.EndOfSequence,
            Timings = finding.Answer.Timings,
        };
    }

    /// <summary>The caption with the handles of its regions behind each phrase: "a red car [m3] and two trees [m4, m5]".</summary>
    private static string WithHandles(GroundedAnswer answer, int[] regionOf, IReadOnlyList<VisionRegion> regions)
    {
        string caption = answer.Caption;
        StringBuilder text = new(caption.Length + (8 * regions.Count));
        int copied = 0;
        foreach (GroundedPhrase phrase in answer.Grounded.Phrases)
        {
            string[] handles = phrase.SegmentIndices
                .Where(index => index < regionOf.Length && regionOf[index] >= 0)
                .Select(index => regions[regionOf[index]].Handle)
                .Distinct()
                .ToArray();
            if (handles.Length == 0)
            {
                continue;
            }

            int end = Math.Clamp(phrase.End, copied, caption.Length);
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
}
