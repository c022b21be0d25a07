using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>What of a mask counts where a sample ignores pixels: all but these, of the truth and of the answer alike.</summary>
internal static class CountedPixels
{
    /// <summary>The mask without the pixels that are ignored; null where it lies in these altogether. A mask that has no pixels anyway is left as it is.</summary>
    /// <param name="mask">Of the truth or of an answer.</param>
    /// <param name="ignored">Pixels that count for neither; null where all count.</param>
    public static Mask? Of(Mask mask, Mask? ignored)
    {
        if (ignored is null || mask.IsEmpty)
        {
            return mask;
        }

        Mask counted = mask.Subtract(ignored);
        return counted.IsEmpty ? null : counted;
    }
}
