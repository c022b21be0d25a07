using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>What all masks of an answer have in common with all true ones.</summary>
/// <param name="Intersection">Pixels of both.</param>
/// <param name="Union">Pixels of either.</param>
/// <param name="Marked">Pixels of the answer.</param>
internal readonly record struct MaskAreas(long Intersection, long Union, long Marked)
{
    /// <summary>Compares an answer with a sample's truth.</summary>
    /// <param name="sample">What is right.</param>
    /// <param name="answer">What was answered.</param>
    /// <param name="ignored">Pixels that count for neither; null where all count.</param>
    public static MaskAreas Of(SegCapSample sample, IReadOnlyList<PredictedMask> answer, Mask? ignored = null)
    {
        Mask nothing = Mask.Empty(sample.Width, sample.Height);
        Mask truth = Mask.Union(SegCapFile.MasksOf(sample).Append(nothing));
        Mask marked = Mask.Union(answer.Select(segment => segment.Mask).Append(nothing));
        if (ignored is not null)
        {
            (truth, marked) = (truth.Subtract(ignored), marked.Subtract(ignored));
        }

        long shared = truth.IntersectionArea(marked);
        return new MaskAreas(shared, truth.Area + marked.Area - shared, marked.Area);
    }
}
