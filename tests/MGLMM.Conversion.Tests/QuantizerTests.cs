using MGLMM.Conversion.Graphs;
using MGLMM.Conversion.Onnx;

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

    [Fact]
    public void One_scale_for_each_output_and_codes_stand_by_inputs()
    {
        byte[] codes = new byte[6];
        float[] scales = new float[2];
        ColumnQuantizer.Quantize(new WeightMatrix(new[] { 127f, -127f, 2.4f, 0f, 0f, 0f }, Rows: 2, Columns: 3), codes, scales);
        Assert.Equal([1f, 0f], scales);
        Assert.Equal([255, 128, 1, 128, 130, 128], codes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void No_weight_is_further_from_its_code_than_half_a_step(int outputs)
    {
        const int Inputs = 37;
        Random random = new(outputs);
        float[] values = [.. Enumerable.Range(0, outputs * Inputs).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-3, 3)))];
        byte[] codes = new byte[values.Length];
        float[] scales = new float[outputs];
        ColumnQuantizer.Quantize(new WeightMatrix(values, outputs, Inputs), codes, scales);
        for (int output = 0; output < outputs; output++)
        {
            for (int input = 0; input < Inputs; input++)
            {
                float read = (codes[(input * outputs) + output] - 128) * scales[output];
                Assert.InRange(read - values[(output * Inputs) + input], -0.5001f * scales[output], 0.5001f * scales[output]);
            }
        }
    }
}
