using MGLMM.Conversion.Graphs;

namespace MGLMM.Conversion.Tests;

/// <summary>Codes and scales worked out by hand from the layouts that ONNX Runtime's operators state.</summary>
public sealed class QuantizerTests
{
    [Fact]
    public void Four_bits_lie_two_in_a_byte_and_the_extreme_gets_the_lowest_code()
    {
        // The extreme is 4: a scale of 4 / -8; 4 -> 0, -2 -> 12, 1 -> 6, 0 -> 8, and the block is filled up with zeros.
        byte[] packed = new byte[8];
        float[] scales = new float[1];
        BlockQuantizer.Quantize([4f, -2f, 1f, 0f], columns: 4, bits: 4, block: 16, packed, scales);
        Assert.Equal([-0.5f], scales);
        Assert.Equal([0xC0, 0x86, 0x88, 0x88, 0x88, 0x88, 0x88, 0x88], packed);
    }

    [Fact]
    public void Eight_bits_have_a_byte_each_and_every_block_its_scale()
    {
        // Rows of three in blocks of two: the extremes -128 and 64 give scales of 1 and -0.5; an empty block has none.
        byte[] packed = new byte[8];
        float[] scales = new float[4];
        BlockQuantizer.Quantize([-128f, 127f, 64f, 0f, 0f, -1f], columns: 3, bits: 8, block: 2, packed, scales);
        Assert.Equal([1f, -0.5f, 0f, 1f / 128], scales);
        Assert.Equal([0, 255, 0, 128, 128, 128, 0, 128], packed);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void No_weight_is_further_from_its_code_than_half_a_step_unless_it_is_opposite_to_the_extreme(int bits)
    {
        const int Rows = 5, Columns = 70, Block = 32, Blocks = 3;
        int zero = 1 << (bits - 1), bytes = Block * bits / 8;
        Random random = new(bits);
        float[] values = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-3, 3)))];
        byte[] packed = new byte[Rows * Blocks * bytes];
        float[] scales = new float[Rows * Blocks];
        BlockQuantizer.Quantize(values, Columns, bits, Block, packed, scales);
        for (int index = 0; index < values.Length; index++)
        {
            (int row, int column) = (index / Columns, index % Columns);
            int block = (row * Blocks) + (column / Block), within = column % Block;
            int stored = packed[(block * bytes) + (within * bits / 8)];
            int code = bits == 8 ? stored : (stored >> (4 * (within % 2))) & 15;
            float step = MathF.Abs(scales[block]);

            // What would be code 2 * zero is clamped to the one below; with four bits the scale may be finer, so that the outermost weights lie beyond both ends.
            float place = values[index] / scales[block];
            float allowed = bits == 4 && (place > zero - 1 || place < -zero) ? 0.53f * MathF.Abs(values[index]) : place > zero - 1 ? step : 0.5001f * step;
            Assert.InRange(((code - zero) * scales[block]) - values[index], -allowed * 1.0001f, allowed * 1.0001f);
        }
    }

    [Theory]
    [InlineData(32, 0.0861, 0.0825)]
    [InlineData(128, 0.1036, 0.0975)]
    public void Scales_of_four_bits_are_those_that_leave_less_error_than_the_extremes(int block, double extremes, double best)
    {
        // Relative errors of 2^18 normal weights, reckoned by NumPy for scales by the extreme alone and for the best of eight.
        const int Columns = 1 << 16;
        Random random = new(5);
        float[] values = [.. Enumerable.Range(0, Columns).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
        byte[] packed = new byte[Columns / 2];
        float[] scales = new float[Columns / block];
        BlockQuantizer.Quantize(values, Columns, bits: 4, block, packed, scales);
        double error = 0, bare = 0, whole = 0;
        foreach ((int index, float[] weights) in values.Chunk(block).Index())
        {
            float scale = weights.MaxBy(MathF.Abs) / -8;
            for (int at = 0; at < block; at++)
            {
                int place = (index * block) + at;
                int code = ((packed[place / 2] >> (4 * (place % 2))) & 15) - 8;
                error += Math.Pow((code * scales[index]) - weights[at], 2);
                bare += Math.Pow((Math.Clamp(Math.Round(weights[at] / scale), -8, 7) * scale) - weights[at], 2);
                whole += Math.Pow(weights[at], 2);
            }
        }

        Assert.Equal(extremes, Math.Sqrt(bare / whole), 0.0015);
        Assert.Equal(best, Math.Sqrt(error / whole), 0.0015);
    }
}
