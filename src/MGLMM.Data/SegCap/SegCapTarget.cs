namespace MGLMM.Data.SegCap;

/// <summary>What <see cref="SegCapSample.Target"/> can say.</summary>
public static class SegCapTarget
{
    /// <summary>Nothing in the picture is meant: no <c>[SEG]</c> and no mask is right.</summary>
    public const string None = "none";
}
