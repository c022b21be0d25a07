using Xunit;

namespace MGLMM.Runtime.Tests;

public sealed class NpzFileTests
{
    [Fact]
    public void Reads_floats_bytes_longs_and_bools_with_their_shapes()
    {
        NpzFile file = NpzFile.Load(OracleData.Golden("landscape_97x61__gcg.npz"));

        Assert.Equal([3, 61, 97], file["mask_logits"].Shape);
        Assert.Equal(3 * 61 * 97, file["mask_logits"].Floats.Length);
        Assert.Equal([168L, 178L, 185L], file["seg_positions"].Longs.ToArray());
        Assert.Equal("|b1", file["seg_token_mask"].Type);
        Assert.Equal(3, file["seg_token_mask"].Bytes.ToArray().Count(value => value == 1));

        ReadOnlySpan<float> logits = file["mask_logits"].Floats;
        ReadOnlySpan<byte> masks = file["masks"].Bytes;
        for (int i = 0; i < logits.Length; i++)
        {
            Assert.Equal(logits[i] > 0, masks[i] == 1);
        }
    }

    [Fact]
    public void Names_what_it_has_when_asked_for_something_else()
    {
        NpzFile file = NpzFile.Load(OracleData.Golden("image_portrait_50x83.npz"));

        KeyNotFoundException error = Assert.Throws<KeyNotFoundException>(() => file["masks"]);
        Assert.Contains("sam_image_embeddings", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => file["sam_input"].Longs.Length);
    }
}
