namespace MGLMM.Runtime.Preprocessing;

/// <summary>
/// Along one axis, the two source samples of each target sample and the second one's share: PyTorch's
/// <c>upsample_bilinear2d</c> with <c>align_corners=False</c>, in float (ATen <c>UpSample.h</c>,
/// <c>area_pixel_compute_source_index</c> and <c>compute_source_index_and_lambda</c>).
/// </summary>
internal readonly struct BilinearAxis
{
    private BilinearAxis(int length)
    {
        Lower = new int[length];
        Upper = new int[length];
        Share = new float[length];
    }

    /// <summary>Number of target samples.</summary>
    public int Length => Lower.Length;

    /// <summary>The first source sample of each target sample; never decreases.</summary>
    public int[] Lower { get; }

    /// <summary>The second source sample: the one after the first, or the first itself at the end.</summary>
    public int[] Upper { get; }

    /// <summary>The second source sample's share; the first one's is 1 minus it.</summary>
    public float[] Share { get; }

    /// <summary>The first <paramref name="length"/> of <paramref name="targetSize"/> target samples over the source samples.</summary>
    public static BilinearAxis Create(int sourceSize, int targetSize, int length)
    {
        BilinearAxis axis = new(length);
        float scale = (float)sourceSize / targetSize;
        for (int i = 0; i < length; i++)
        {
            float position = sourceSize == targetSize ? i : Math.Max((scale * (i + 0.5f)) - 0.5f, 0f);
            int lower = Math.Min((int)position, sourceSize - 1);
            axis.Lower[i] = lower;
            axis.Upper[i] = Math.Min(lower + 1, sourceSize - 1);
            axis.Share[i] = Math.Clamp(position - lower, 0f, 1f);
        }

        return axis;
    }
}
