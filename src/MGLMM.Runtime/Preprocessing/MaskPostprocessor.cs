using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MGLMM.Masks;

namespace MGLMM.Runtime.Preprocessing;

/// <summary>
/// From the mask decoder's low-resolution logits to masks of the picture's own size, as SAM's <c>postprocess_masks</c>: bilinear to the
/// encoder's square, cut to the part that the picture covered, bilinear to the picture, inside where greater than a threshold.
/// Immutable and thread-safe.
/// </summary>
/// <remarks>
/// A mask's run lengths go down the columns, so the picture's columns are computed one after the other, straight into runs: neither
/// the square nor the full-size logits ever exist as a whole. The arithmetic is float, as in the official code; only the order of the
/// two directions differs (rows before columns here), which moves logits by about 1e-6 of their size.
/// </remarks>
public sealed class MaskPostprocessor
{
    private readonly int _logitsSide;
    private readonly int _encoderSide;
    private readonly BilinearAxis _toEncoder;

    /// <summary>Creates the post-processing of one model.</summary>
    /// <param name="logitsSize">Side of the square of low-resolution logits.</param>
    /// <param name="encoderSize">Side of the grounding encoder's square input.</param>
    public MaskPostprocessor(int logitsSize, int encoderSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(logitsSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(encoderSize, 1);
        _logitsSide = logitsSize;
        _encoderSide = encoderSize;
        _toEncoder = BilinearAxis.Create(logitsSize, encoderSize, encoderSize);
    }

    /// <summary>Makes the masks of one picture.</summary>
    /// <param name="lowResolutionLogits">[n, logitsSize, logitsSize], row-major; n may be 0.</param>
    /// <param name="scaled">What <see cref="GroundingImagePreprocessor.Process"/> gave for the picture.</param>
    /// <param name="original">The picture's size.</param>
    /// <param name="threshold">A pixel is inside where its logit is greater than this; NaN is outside.</param>
    /// <param name="cancellationToken">Observed between masks.</param>
    /// <returns>n masks of the picture's size, in order.</returns>
    public Mask[] ToMasks(
        ReadOnlySpan<float> lowResolutionLogits,
        ImageSize scaled,
        ImageSize original,
        float threshold = 0f,
        CancellationToken cancellationToken = default)
    {
        Plan plan = CreatePlan(scaled, original);
        Mask[] masks = new Mask[Count(lowResolutionLogits)];
        using RunBuffer runs = new(threshold);
        float[] buffer = ArrayPool<float>.Shared.Rent(plan.BufferLength);
        try
        {
            for (int i = 0; i < masks.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                runs.Restart();
                ColumnStream columns = new(plan, One(lowResolutionLogits, i), buffer);
                while (columns.MoveNext())
                {
                    runs.Append(columns.Current);
                }

                masks[i] = Mask.FromCounts(runs.Finish(), original.Width, original.Height);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }

        return masks;
    }

    /// <summary>The full-size logits, for those who need more than a mask.</summary>
    /// <param name="lowResolutionLogits">[n, logitsSize, logitsSize], row-major.</param>
    /// <param name="scaled">What <see cref="GroundingImagePreprocessor.Process"/> gave for the picture.</param>
    /// <param name="original">The picture's size.</param>
    /// <param name="logits">[n, height, width], row-major; exactly that long.</param>
    public void ToLogits(ReadOnlySpan<float> lowResolutionLogits, ImageSize scaled, ImageSize original, Span<float> logits)
    {
        Plan plan = CreatePlan(scaled, original);
        int count = Count(lowResolutionLogits);
        int pixels = checked(original.Width * original.Height);
        if (logits.Length != (long)count * pixels)
        {
            throw new ArgumentException(
                $"{count} masks of {original.Width}x{original.Height} have {(long)count * pixels} logits, but there is room for {logits.Length}.",
                nameof(logits));
        }

        float[] buffer = ArrayPool<float>.Shared.Rent(plan.BufferLength);
        try
        {
            for (int i = 0; i < count; i++)
            {
                Span<float> target = logits.Slice(i * pixels, pixels);
                ColumnStream columns = new(plan, One(lowResolutionLogits, i), buffer);
                for (int x = 0; columns.MoveNext(); x++)
                {
                    ReadOnlySpan<float> column = columns.Current;
                    for (int y = 0; y < column.Length; y++)
                    {
                        target[(y * original.Width) + x] = column[y];
                    }
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private ReadOnlySpan<float> One(ReadOnlySpan<float> logits, int index)
        => logits.Slice(index * _logitsSide * _logitsSide, _logitsSide * _logitsSide);

    private int Count(ReadOnlySpan<float> logits)
    {
        int size = _logitsSide * _logitsSide;
        return logits.Length % size == 0
            ? logits.Length / size
            : throw new ArgumentException($"{logits.Length} logits are no whole number of {_logitsSide}x{_logitsSide} masks.", nameof(logits));
    }

    private Plan CreatePlan(ImageSize scaled, ImageSize original)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scaled.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scaled.Height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scaled.Width, _encoderSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scaled.Height, _encoderSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(original.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(original.Height, 1);
        return new Plan(
            _logitsSide,
            scaled,
            _toEncoder,
            BilinearAxis.Create(scaled.Width, original.Width, original.Width),
            BilinearAxis.Create(scaled.Height, original.Height, original.Height));
    }

    /// <summary>What all masks of one picture share.</summary>
    private sealed record Plan(int LogitsSide, ImageSize Scaled, BilinearAxis ToEncoder, BilinearAxis ToImageX, BilinearAxis ToImageY)
    {
        /// <summary>Two upsampled columns of the logits, one of the encoder's square, two at the picture's height, one result.</summary>
        public int BufferLength => (3 * Scaled.Height) + (3 * ToImageY.Length);
    }

    /// <summary>Computes the picture's columns from left to right, each intermediate column once.</summary>
    private ref struct ColumnStream
    {
        private readonly Plan _plan;
        private readonly ReadOnlySpan<float> _logits;
        private readonly Span<float> _encoderColumn;
        private readonly Span<float> _result;
        private ColumnPair _logitsColumns; // at the height of the scaled picture
        private ColumnPair _encoderColumns; // at the height of the original picture
        private int _x;

        public ColumnStream(Plan plan, ReadOnlySpan<float> logits, Span<float> buffer)
        {
            _plan = plan;
            _logits = logits;
            int scaled = plan.Scaled.Height;
            int original = plan.ToImageY.Length;
            _logitsColumns = new ColumnPair(buffer[..scaled], buffer.Slice(scaled, scaled));
            _encoderColumn = buffer.Slice(2 * scaled, scaled);
            buffer = buffer[(3 * scaled)..];
            _encoderColumns = new ColumnPair(buffer[..original], buffer.Slice(original, original));
            _result = buffer.Slice(2 * original, original);
            _x = -1;
        }

        public readonly ReadOnlySpan<float> Current => _result;

        public bool MoveNext()
        {
            if (++_x == _plan.ToImageX.Length)
            {
                return false;
            }

            ReadOnlySpan<float> lower = EncoderColumn(_plan.ToImageX.Lower[_x]);
            ReadOnlySpan<float> upper = EncoderColumn(_plan.ToImageX.Upper[_x]);
            Blend(lower, upper, _plan.ToImageX.Share[_x], _result);
            return true;
        }

        /// <summary>A column of the encoder's square, brought to the picture's height.</summary>
        private ReadOnlySpan<float> EncoderColumn(int index)
        {
            if (_encoderColumns.TryGet(index, out Span<float> column))
            {
                return column;
            }

            ReadOnlySpan<float> lower = LogitsColumn(_plan.ToEncoder.Lower[index]);
            ReadOnlySpan<float> upper = LogitsColumn(_plan.ToEncoder.Upper[index]);
            Blend(lower, upper, _plan.ToEncoder.Share[index], _encoderColumn);
            Resample(_encoderColumn, 1, _plan.ToImageY, column);
            return column;
        }

        /// <summary>A column of the low-resolution logits, brought to the scaled picture's height.</summary>
        private ReadOnlySpan<float> LogitsColumn(int index)
        {
            if (!_logitsColumns.TryGet(index, out Span<float> column))
            {
                Resample(_logits[index..], _plan.LogitsSide, _plan.ToEncoder, column);
            }

            return column;
        }

        private static void Resample(ReadOnlySpan<float> source, int stride, BilinearAxis axis, Span<float> target)
        {
            ReadOnlySpan<int> lower = axis.Lower.AsSpan(0, target.Length);
            ReadOnlySpan<int> upper = axis.Upper.AsSpan(0, target.Length);
            ReadOnlySpan<float> share = axis.Share.AsSpan(0, target.Length);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = ((1f - share[i]) * source[lower[i] * stride]) + (share[i] * source[upper[i] * stride]);
            }
        }

        private static void Blend(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, float share, Span<float> target)
        {
            Vector256<float> first = Vector256.Create(1f - share);
            Vector256<float> second = Vector256.Create(share);
            int i = 0;
            for (; i <= target.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                ((first * Vector256.Create(lower[i..])) + (second * Vector256.Create(upper[i..]))).CopyTo(target[i..]);
            }

            for (; i < target.Length; i++)
            {
                target[i] = ((1f - share) * lower[i]) + (share * upper[i]);
            }
        }
    }

    /// <summary>The two columns last computed. Columns are asked for in rising order, so the lower one makes room.</summary>
    private ref struct ColumnPair(Span<float> first, Span<float> second)
    {
        private readonly Span<float> _first = first;
        private readonly Span<float> _second = second;
        private int _firstIndex = -1;
        private int _secondIndex = -1;

        /// <summary>True: the column is there. False: here is where to compute it.</summary>
        public bool TryGet(int index, out Span<float> column)
        {
            if (index == _firstIndex || index == _secondIndex)
            {
                column = index == _firstIndex ? _first : _second;
                return true;
            }

            bool replaceFirst = _firstIndex <= _secondIndex;
            column = replaceFirst ? _first : _second;
            (_firstIndex, _secondIndex) = replaceFirst ? (index, _secondIndex) : (_firstIndex, index);
            return false;
        }
    }

    /// <summary>Turns columns into run lengths: outside first, alternating, running on from column to column.</summary>
    private sealed class RunBuffer(float threshold) : IDisposable
    {
        private int[] _counts = ArrayPool<int>.Shared.Rent(4096);
        private int _used;
        private int _position;
        private int _runStart;
        private bool _inside;

        public void Restart() => (_used, _position, _runStart, _inside) = (0, 0, 0, false);

        public void Append(ReadOnlySpan<float> column)
        {
            // A column of n pixels changes sides n times at most; one more for the last run.
            int needed = _used + column.Length + 1;
            if (needed > _counts.Length)
            {
                Grow(needed);
            }

            Vector256<float> limit = Vector256.Create(threshold);
            int i = 0;
            for (; i <= column.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                uint bits = Vector256.GreaterThan(Vector256.Create(column[i..]), limit).ExtractMostSignificantBits();
                uint changes = _inside ? bits ^ 0xFF : bits;
                while (changes != 0)
                {
                    int bit = BitOperations.TrailingZeroCount(changes);
                    Turn(_position + i + bit);
                    changes ^= (0xFFu << bit) & 0xFF;
                }
            }

            for (; i < column.Length; i++)
            {
                if (column[i] > threshold != _inside)
                {
                    Turn(_position + i);
                }
            }

            _position += column.Length;
        }

        public ReadOnlySpan<int> Finish()
        {
            Turn(_position);
            return _counts.AsSpan(0, _used);
        }

        public void Dispose()
        {
            ArrayPool<int>.Shared.Return(_counts);
            _counts = [];
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Turn(int at)
        {
            _counts[_used++] = at - _runStart;
            _runStart = at;
            _inside = !_inside;
        }

        private void Grow(int needed)
        {
            int[] larger = ArrayPool<int>.Shared.Rent(Math.Max(needed, _counts.Length * 2));
            _counts.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<int>.Shared.Return(_counts);
            _counts = larger;
        }
    }
}
