using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Language;
using MGLMM.Masks;

namespace MGLMM.Data.Measurements;

/// <summary>Spoils true annotations in known ways, by a seed.</summary>
internal static class Noise
{
    public static readonly string[] Kinds = ["edge 1 px", "edge 2 px", "edge 3 px", "edge 4 px", "doubled", "merged", "swapped name", "false colour"];

    private static readonly string[] Colours = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey"];

    /// <summary>The truth with one region spoilt, and the ids that are wrong then; null where no region can be spoilt so.</summary>
    public static (PictureAnnotation Annotation, HashSet<string> Wrong)? Spoil(PictureAnnotation truth, string kind, Random random)
    {
        foreach (AnnotatedRegion region in truth.Regions.OrderBy(_ => random.Next()).ToArray())
        {
            if (Spoilt(truth, region, kind, random) is { } spoilt)
            {
                return spoilt;
            }
        }

        return null;
    }

    private static (PictureAnnotation Annotation, HashSet<string> Wrong)? Spoilt(PictureAnnotation truth, AnnotatedRegion region, string kind, Random random)
    {
        if (kind.StartsWith("edge ", StringComparison.Ordinal))
        {
            int radius = kind["edge ".Length] - '0';
            Mask moved = random.Next(2) == 0 ? region.Mask.Grow(radius) : region.Mask.Shrink(radius);
            return moved.Area < 16 ? null : (With(truth, region with { Mask = moved }), [region.Id]);
        }

        AnnotatedRegion[] siblings = [.. truth.ChildrenOf(region.Parent).Where(other => other.Id != region.Id)];
        AnnotatedRegion? other = siblings.Length == 0 ? null : siblings[random.Next(siblings.Length)];
        switch (kind)
        {
            case "doubled":
                AnnotatedRegion copy = region with { Id = $"r{truth.Regions.Count + 1}", Mask = region.Mask.Grow(1) };
                return (truth with { Regions = [.. truth.Regions, copy] }, [region.Id, copy.Id]);
            case "merged" when other is not null && other.Mask.Area > 0.2 * region.Mask.Area:
                PictureAnnotation merged = With(truth, region with { Mask = region.Mask.Union(other.Mask) });
                HashSet<string> gone = [other.Id, .. truth.ChildrenOf(other.Id).Select(part => part.Id)];
                return (merged with { Regions = [.. merged.Regions.Where(one => !gone.Contains(one.Id))] }, [region.Id]);
            case "swapped name" when other is not null && other.Label != region.Label:
                return (With(With(truth, region with { Phrase = other.Phrase, Label = other.Label }), other with { Phrase = region.Phrase, Label = region.Label }), [region.Id, other.Id]);
            case "false colour" when PhraseWords.Colours(region.Phrase!) is [var colour, ..] && colour != "dark":
                string[] false_ = [.. Colours.Where(name => name != colour)];
                string[] words = region.Phrase!.Split(' ');
                int at = Array.IndexOf(words, colour);
                words[at] = false_[random.Next(false_.Length)];
                if (at > 0 && words[at - 1] is "a" or "an")
                {
                    words[at - 1] = "aeiou".Contains(words[at][0], StringComparison.Ordinal) ? "an" : "a";
                }

                return (With(truth, region with { Phrase = string.Join(' ', words) }), [region.Id]);
            default:
                return null;
        }
    }

    private static PictureAnnotation With(PictureAnnotation truth, AnnotatedRegion changed) =>
        truth with { Regions = [.. truth.Regions.Select(region => region.Id == changed.Id ? changed : region)] };
}
