namespace MGLMM.Masks;

/// <summary>What <see cref="MaskPng"/> reads at most. The defaults suit files from strangers.</summary>
public sealed class MaskPngLimits
{
    /// <summary>The most pixels of a picture; 64 Mi (8192 by 8192) unless set.</summary>
    public long MaxPixels { get; init; } = 64L * 1024 * 1024;

    /// <summary>The most bytes of a file, up to the end of the stream; 64 MiB unless set. At most <see cref="int.MaxValue"/>.</summary>
    public long MaxBytes { get; init; } = 64L * 1024 * 1024;
}
