namespace MGLMM.Imaging;

/// <summary>
/// Which source pixels make each target pixel along one axis, and with what fixed-point weight (Pillow 9.4
/// <c>src/libImaging/Resample.c</c>: <c>precompute_coeffs</c> and <c>normalize_coeffs_8bpc</c>).
/// </summary>
internal sealed class ResampleWeights
{
    /// <summary>Fraction bits of a weight.</summary>
    public const int PrecisionBits = 32 - 8 - 2;

    private readonly int[] _first;
    private readonly int[] _count;
    private readonly int[] _weights;
    private readonly int _stride;

    private ResampleWeights(int length, int stride)
    {
        _first = new int[length];
        _count = new int[length];
        _weights = new int[length * stride];
        _stride = stride;
    }

    /// <summary>Number of target pixels.</summary>
    public int Length => _first.Length;

    /// <summary>First source pixel that any target pixel needs.</summary>
    public int Start => _first[0];

    /// <summary>One past the last source pixel that any target pixel needs.</summary>
    public int End => _first[^1] + _count[^1];

    /// <summary>First source pixel of a target pixel.</summary>
    public int First(int target) => _first[target];

    /// <summary>The weights of a target pixel's source pixels.</summary>
    public ReadOnlySpan<int> Weights(int target) => _weights.AsSpan(target * _stride, _count[target]);

    /// <summary>Weights for the target pixels <paramref name="offset"/> .. <paramref name="offset"/> + <paramref name="length"/>.</summary>
    /// <param name="sourceSize">Pixels of the source axis.</param>
    /// <param name="targetSize">Pixels of the whole target axis.</param>
    /// <param name="offset">First wanted target pixel.</param>
    /// <param name="length">Number of wanted target pixels.</param>
    /// <param name="filter">The filter.</param>
    public static ResampleWeights Create(int sourceSize, int targetSize, int offset, int length, ResampleFilter filter)
    {
        double scale = (double)sourceSize / targetSize;
        double filterScale = Math.Max(scale, 1.0); // antialias: the filter widens when the picture shrinks
        double support = (filter == ResampleFilter.Bicubic ? 2.0 : 1.0) * filterScale;
        double inverse = 1.0 / filterScale;
        int stride = ((int)Math.Ceiling(support) * 2) + 1;

        ResampleWeights result = new(length, stride);
        double[] row = new double[stride];
        for (int i = 0; i < length; i++)
        {
            double center = (offset + i + 0.5) * scale;
            int from = Math.Max((int)(center - support + 0.5), 0);
            int to = Math.Min((int)(center + support + 0.5), sourceSize);
            int taps = to - from;
            double sum = 0.0;
            for (int tap = 0; tap < taps; tap++)
            {
                double weight = Evaluate(filter, (tap + from - center + 0.5) * inverse);
                row[tap] = weight;
                sum += weight;
            }

            result._first[i] = from;
            result._count[i] = taps;
            for (int tap = 0; tap < taps; tap++)
            {
                double weight = sum != 0.0 ? row[tap] / sum : row[tap];
                result._weights[(i * stride) + tap] = weight < 0
                    ? (int)(-0.5 + (weight * (1 << PrecisionBits)))
                    : (int)(0.5 + (weight * (1 << PrecisionBits)));
            }
        }

        return result;
    }

    private static double Evaluate(ResampleFilter filter, double x)
    {
        x = Math.Abs(x);
        if (filter == ResampleFilter.Bilinear)
        {
            return x < 1.0 ? 1.0 - x : 0.0;
        }

        const double A = -0.5;
        return x < 1.0 ? ((((A + 2.0) * x) - (A + 3.0)) * x * x) + 1
            : x < 2.0 ? ((((x - 5) * x) + 8) * x - 4) * A
            : 0.0;
    }
}
