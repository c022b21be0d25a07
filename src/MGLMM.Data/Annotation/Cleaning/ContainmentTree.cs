using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Cleaning;

/// <summary>Who is part of whom, by what lies inside what.</summary>
internal static class ContainmentTree
{
    /// <summary>What was found as a part of something stays with it while at least half of it lies there.</summary>
    private const double StillInside = 0.5;

    /// <summary>
    /// For each region the one that it was found in, where it still lies there; else the smallest larger one that holds it, or null; of regions of one
    /// size the earlier holds the later.
    /// </summary>
    /// <param name="regions">The regions.</param>
    /// <param name="inside">How much of a region lies in the one that it is part of.</param>
    public static string?[] Parents(IReadOnlyList<AnnotatedRegion> regions, double inside)
    {
        int[] bySize = Enumerable.Range(0, regions.Count).OrderBy(index => regions[index].Mask.Area).ThenByDescending(index => index).ToArray();
        string?[] parents = new string?[regions.Count];
        for (int place = 0; place < bySize.Length; place++)
        {
            AnnotatedRegion child = regions[bySize[place]];
            if (child.FoundIn is { } found && regions.FirstOrDefault(region => region.Id == found) is { } known && known.Mask.Area > child.Mask.Area && child.Mask.ContainmentIn(known.Mask) >= StillInside)
            {
                parents[bySize[place]] = known.Id;
                continue;
            }

            for (int larger = place + 1; larger < bySize.Length; larger++)
            {
                AnnotatedRegion whole = regions[bySize[larger]];
                if (Overlap(child.Mask, whole.Mask) && child.Mask.ContainmentIn(whole.Mask) >= inside && !SideBySide(child, whole))
                {
                    parents[bySize[place]] = whole.Id;
                    break;
                }
            }
        }

        return parents;
    }

    /// <summary>Whether an answer listed both.</summary>
    public static bool SideBySide(AnnotatedRegion first, AnnotatedRegion second) => first.Answers.Any(answer => second.Answers.Contains(answer, StringComparer.Ordinal));

    private static bool Overlap(Mask first, Mask second) => !first.Box.Intersect(second.Box).IsEmpty;
}
