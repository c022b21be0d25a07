using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Metrics;

/// <summary>What of a sample COCO's evaluations do not count.</summary>
/// <param name="Crowds">The regions that are called crowds.</param>
/// <param name="Void">What the sample ignores besides; may be empty.</param>
internal sealed record UncountedParts(IReadOnlyList<(Mask Mask, string Label)> Crowds, Mask Void)
{
    /// <summary>All of it as COCO's instances have it, where there are crowds only: void is one more, without a name.</summary>
    public IEnumerable<(Mask Mask, string? Label)> AsCrowds =>
        [.. Crowds.Select(crowd => (crowd.Mask, (string?)crowd.Label)), .. Void.IsEmpty ? Array.Empty<(Mask Mask, string? Label)>() : [(Void, null)]];

    /// <summary>Reads a sample's.</summary>
    /// <exception cref="InvalidDataException">The ignored pixels are damaged or of another size.</exception>
    public static UncountedParts Of(SegCapSample sample)
    {
        (Mask Mask, string Label)[] crowds = [.. sample.Regions.Where(region => region.Crowd).Select(region => (region.Mask.ToMask(sample.Width, sample.Height), region.Label))];
        Mask ignored = SegCapFile.IgnoreOf(sample) ?? Mask.Empty(sample.Width, sample.Height);
        return new UncountedParts(crowds, crowds.Aggregate(ignored, (rest, crowd) => rest.Subtract(crowd.Mask)));
    }
}
