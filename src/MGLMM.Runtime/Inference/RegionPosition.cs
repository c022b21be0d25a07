namespace MGLMM.Runtime.Inference;

/// <summary>What a position of a sequence holds where a box stands: neither a token id (from 0 on) nor the image placeholder (-200).</summary>
internal static class RegionPosition
{
    /// <summary>Boxes count down from here.</summary>
    public const int First = -1000;

    /// <summary>Whether a position holds a box.</summary>
    public static bool Is(int position) => position <= First;
}
