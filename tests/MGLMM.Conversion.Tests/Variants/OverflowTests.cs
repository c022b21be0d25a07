using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Tests.Variants;

/// <summary>NaN and infinity in the weights are found while they are read, whatever they are stored as and whatever is written.</summary>
public sealed class OverflowTests(OracleFixture oracle) : IDisposable
{
    private readonly CheckpointVariant _variant = new(oracle);

    public static MatrixTheoryData<string, string> KindsAndPrecisions => new(["Float32", "Float16", "BFloat16", "Float64"], ["fp32", "fp16", "int8", "int4"]);

    [Theory]
    [MemberData(nameof(KindsAndPrecisions))]
    public void It_is_found_in_every_type_at_every_precision(string kind, string precision)
    {
        const string Name = "model.layers.0.mlp.up_proj.weight";
        StoredTensor tensor = _variant.Weights[Name].As(Enum.Parse<TensorElementKind>(kind));
        foreach ((double value, string word) in (ReadOnlySpan<(double, string)>)[(double.NaN, "NaN"), (double.PositiveInfinity, "infinity"), (double.NegativeInfinity, "infinity")])
        {
            _variant.Weights[Name] = tensor.With(77, value);
            _variant.Save().IsRefusedAt(precision, Name, word, "element 77");
        }
    }

    [Theory]
    [InlineData("model.embed_tokens.weight")]
    [InlineData("lm_head.weight")]
    [InlineData("model.norm.weight")]
    [InlineData("model.layers.1.input_layernorm.weight")]
    [InlineData("model.mm_projector.2.bias")]
    [InlineData("model.text_hidden_fcs.0.0.weight")]
    [InlineData("model.segment_encoder.image_encoder.blocks.1.attn.rel_pos_h")]
    [InlineData("model.segment_encoder.image_encoder.neck.2.weight")]
    [InlineData("model.segment_encoder.prompt_encoder.pe_layer.positional_encoding_gaussian_matrix")]
    [InlineData("model.segment_encoder.mask_decoder.output_upscaling.3.weight")]
    public void It_is_found_in_every_part(string name)
    {
        _variant.Weights[name] = _variant.Weights[name].With(1, double.NaN);
        foreach (string precision in (string[])["fp32", "fp16", "int8", "int4"])
        {
            _variant.Save().IsRefusedAt(precision, name.Replace("model.segment_encoder.", "grounding.", StringComparison.Ordinal), "NaN");
        }
    }

    [Fact]
    public void It_is_found_in_the_tower()
    {
        const string Name = "vision_model.encoder.layers.0.self_attn.v_proj.weight";
        _variant.TowerWeights[Name] = _variant.TowerWeights[Name].With(3, double.NegativeInfinity);
        _variant.SaveTower().IsRefused(Name, "infinity");
    }

    [Fact]
    public void A_double_beyond_single_precision_is_an_infinity()
    {
        const string Name = "model.norm.weight";
        _variant.Weights[Name] = _variant.Weights[Name].As(TensorElementKind.Float64).With(0, 1e300);
        _variant.Save().IsRefused(Name, "fp32");
    }

    [Fact]
    public void What_is_never_read_may_be_anything()
    {
        const string Name = "model.layers.0.self_attn.rotary_emb.inv_freq";
        _variant.Weights[Name] = _variant.Weights[Name].With(0, double.NaN);
        _variant.Save().ConvertsToTheSame();
    }

    public void Dispose() => _variant.Dispose();
}
