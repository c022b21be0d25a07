using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Tests.Variants;

/// <summary>Quantised weights are refused by the name of their method, in .bin and .safetensors, with and without a word in config.json.</summary>
public sealed class QuantizationTests(OracleFixture oracle) : IDisposable
{
    private const string Projection = "model.layers.0.self_attn.q_proj.";

    private readonly CheckpointVariant _variant = new(oracle);

    public static TheoryData<string, string?, string, bool> Methods
    {
        get
        {
            TheoryData<string, string?, string, bool> data = new();
            foreach (bool safetensors in (bool[])[false, true])
            {
                data.Add("bnb8", """{"load_in_8bit":true,"quant_method":"bitsandbytes"}""", "bitsandbytes", safetensors);
                data.Add("bnb8", null, "8 bits", safetensors);
                data.Add("bnb4", """{"load_in_4bit":true,"bnb_4bit_quant_type":"nf4","quant_method":"bitsandbytes"}""", "bitsandbytes", safetensors);
                data.Add("bnb4", null, "4 bits", safetensors);
                data.Add("gptq", """{"bits":4,"group_size":128,"quant_method":"gptq"}""", "'gptq' in 4 bits", safetensors);
                data.Add("gptq", null, "GPTQ", safetensors);
                data.Add("awq", """{"bits":4,"quant_method":"awq"}""", "'awq' in 4 bits", safetensors);
                data.Add("awq", null, "AWQ", safetensors);
                data.Add("hqq", """{"quant_method":"hqq"}""", "hqq", safetensors);
                data.Add("hqq", null, "HQQ", safetensors);
                data.Add("fp8", """{"quant_method":"fp8"}""", "fp8", safetensors);
                data.Add("fp8", null, "8-bit floats", safetensors);
                data.Add("fp8-bare", null, "8-bit floats", safetensors);
                data.Add("compressed", """{"quant_method":"compressed-tensors"}""", "compressed-tensors", safetensors);
                data.Add("int8-bare", null, "int8", safetensors);
                data.Add("uint8-bare", null, "uint8", safetensors);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void It_is_refused_by_name(string method, string? configuration, string words, bool safetensors)
    {
        if (configuration is not null)
        {
            _variant.Configure("quantization_config", configuration);
        }

        Quantise(method);
        _variant.Save(safetensors).IsRefused("quantised", words, "not quantised");
    }

    [Fact]
    public void A_word_in_config_json_alone_is_enough()
    {
        _variant.Configure("quantization_config", """{"load_in_8bit":true,"quant_method":"bitsandbytes"}""").IsRefused("bitsandbytes", "quantization_config");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"load_in_8bit":false,"load_in_4bit":false,"quant_method":"bitsandbytes"}""")]
    [InlineData("""{"load_in_8bit":false}""")]
    public void A_loader_that_quantised_nothing_is_no_obstacle(string configuration) => _variant.Configure("quantization_config", configuration).ConvertsToTheSame();

    [Fact]
    public void A_quantised_tower_is_refused_too()
    {
        const string Name = "vision_model.encoder.layers.0.mlp.fc1.weight";
        _variant.TowerWeights[Name] = _variant.TowerWeights[Name].As(TensorElementKind.Int8);
        _variant.SaveTower().IsRefused("vision tower", "quantised");
    }

    public void Dispose() => _variant.Dispose();

    private void Quantise(string method)
    {
        TensorSet weights = _variant.Weights;
        StoredTensor weight = weights[Projection + "weight"];
        (long rows, long columns) = (weight.Shape[0], weight.Shape[1]);
        switch (method)
        {
            case "bnb8":
                weights[Projection + "weight"] = weight.As(TensorElementKind.Int8);
                weights[Projection + "SCB"] = StoredTensor.Of(new float[rows], rows);
                break;
            case "bnb4":
                weights[Projection + "weight"] = StoredTensor.Zeros(TensorElementKind.UInt8, rows * columns / 2, 1);
                weights[Projection + "weight.absmax"] = StoredTensor.Of(new float[rows], rows);
                weights[Projection + "weight.quant_map"] = StoredTensor.Of(new float[16], 16);
                weights[Projection + "weight.quant_state.bitsandbytes__nf4"] = StoredTensor.Zeros(TensorElementKind.UInt8, 80);
                break;
            case "gptq" or "awq":
                _variant.Weights = weights = weights.Where(name => name != Projection + "weight");
                weights[Projection + "qweight"] = StoredTensor.Zeros(TensorElementKind.Int32, columns / 8, rows);
                weights[Projection + "qzeros"] = StoredTensor.Zeros(TensorElementKind.Int32, 1, rows / 8);
                weights[Projection + "scales"] = StoredTensor.Of(new float[rows], 1, rows);
                if (method == "gptq")
                {
                    weights[Projection + "g_idx"] = StoredTensor.Zeros(TensorElementKind.Int32, columns);
                }

                break;
            case "hqq":
                _variant.Weights = weights = weights.Where(name => name != Projection + "weight");
                weights[Projection + "W_q"] = StoredTensor.Zeros(TensorElementKind.UInt8, rows, columns / 2);
                weights[Projection + "zero"] = StoredTensor.Of(new float[rows], rows);
                break;
            case "fp8":
                weights[Projection + "weight"] = StoredTensor.Zeros(TensorElementKind.Float8, rows, columns);
                weights[Projection + "weight_scale_inv"] = StoredTensor.Of([1f], 1);
                break;
            case "fp8-bare":
                weights[Projection + "weight"] = StoredTensor.Zeros(TensorElementKind.Float8, rows, columns);
                break;
            case "compressed":
                _variant.Weights = weights = weights.Where(name => name != Projection + "weight");
                weights[Projection + "weight_packed"] = StoredTensor.Zeros(TensorElementKind.Int32, rows, columns / 8);
                break;
            case "int8-bare":
                weights[Projection + "weight"] = weight.As(TensorElementKind.Int8);
                break;
            case "uint8-bare":
                weights[Projection + "weight"] = StoredTensor.Zeros(TensorElementKind.UInt8, rows, columns);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(method));
        }
    }
}
