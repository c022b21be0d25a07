using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// Tells quantised weights by config.json, by the tensors that hold scales and tables, and by integers where weights should be.
/// They are never read as if they were numbers.
/// </summary>
internal static partial class Quantization
{
    private static readonly (Func<Regex> Names, string Method)[] Marks =
    [
        (BitsAndBytesEight, "bitsandbytes in 8 bits (load_in_8bit)"),
        (BitsAndBytesFour, "bitsandbytes in 4 bits (load_in_4bit)"),
        (GroupedIndices, "GPTQ"),
        (Marlin, "GPTQ (Marlin)"),
        (ExLlama, "EXL2 or EXL3"),
        (PackedIntegers, "GPTQ or AWQ"),
        (HalfQuadratic, "HQQ"),
        (Compressed, "compressed-tensors"),
        (Codebooks, "AQLM or another codebook method"),
        (Quanto, "quanto"),
        (ScaledFloats, "8-bit floats (fp8)"),
        (ScaledIntegers, "integers with scales"),
    ];

    /// <summary>Files that quantisation tools leave beside the weights.</summary>
    private static readonly (string Name, string Method)[] Files =
        [("quantize_config.json", "GPTQ"), ("quant_config.json", "AWQ"), ("hf_quant_config.json", "ModelOpt"), ("qmodel.pt", "HQQ")];

    /// <summary>Checks a folder that is about to be read.</summary>
    /// <param name="what">The checkpoint or the tower, as a sentence begins.</param>
    /// <param name="folder">Where it lies.</param>
    /// <param name="configuration">Its config.json.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <exception cref="ConversionException">It is quantised; the message names the method and the way out.</exception>
    public static void Refuse(string what, string folder, CheckpointConfiguration configuration, IReadOnlyDictionary<string, CheckpointTensor> tensors)
    {
        string? stated = Stated(configuration);
        string? named = stated ?? Files.FirstOrDefault(file => File.Exists(Path.Combine(folder, file.Name))).Method;
        foreach ((Func<Regex>? names, string? method) in Marks)
        {
            if (tensors.Keys.FirstOrDefault(names().IsMatch) is { } mark)
            {
                throw Refused($"{what} is quantised with {named ?? OfScale(mark, tensors) ?? method}: it holds {CheckpointFormatException.Quote(mark)}.");
            }
        }

        foreach ((string? name, CheckpointTensor? tensor) in tensors)
        {
            if (!tensor.Kind.IsPlainFloat() && (name.EndsWith(".weight", StringComparison.Ordinal) || name.EndsWith(".bias", StringComparison.Ordinal)))
            {
                throw Refused(
                    $"{what} is quantised{(named is null ? string.Empty : " with " + named)}: {CheckpointFormatException.Quote(name)} is stored as {Describe(tensor.Kind)}, which are no weights by themselves.");
            }
        }

        if (stated is not null)
        {
            throw new ConversionException(
                $"{what} is quantised with {stated}, says its config.json (quantization_config), though its weights do not look it. "
                + "If they are whole, remove quantization_config from config.json; else take the checkpoint that was not quantised.");
        }
    }

    /// <summary>What a scale stands beside, where its name does not tell: integers and 8-bit floats have scales of one name.</summary>
    private static string? OfScale(string mark, IReadOnlyDictionary<string, CheckpointTensor> tensors) =>
        ScaledFloats().IsMatch(mark) && tensors.TryGetValue(mark[..mark.LastIndexOf('.')] + ".weight", out CheckpointTensor? weight)
        && !weight.Kind.IsPlainFloat() && weight.Kind != TensorElementKind.Float8
            ? $"{Describe(weight.Kind)} and scales"
            : null;

    /// <summary>The method that config.json names, or null if it quantises nothing.</summary>
    private static string? Stated(CheckpointConfiguration configuration)
    {
        CheckpointConfiguration? section = configuration.Section("quantization_config") ?? configuration.Section("compression_config");
        if (section is null || !section.Members.Any())
        {
            return null;
        }

        (bool? eight, bool? four) = (section.Flag("load_in_8bit"), section.Flag("load_in_4bit"));
        if (section.Text("quant_method") is not { } method)
        {
            return eight == true ? "bitsandbytes in 8 bits (load_in_8bit)"
                : four == true ? "bitsandbytes in 4 bits (load_in_4bit)"
                : eight == false || four == false ? null
                : "an unnamed method";
        }

        // What a loader writes that was asked to quantise nothing.
        return method.Contains("bitsandbytes", StringComparison.OrdinalIgnoreCase) && (eight, four) is (false, false) or (false, null) or (null, false)
            ? null
            : CheckpointFormatException.Quote(method) + (eight == true ? " in 8 bits" : four == true ? " in 4 bits" : Bits(section));
    }

    private static string Bits(CheckpointConfiguration section) =>
        section.Members.FirstOrDefault(member => member.Key is "bits" or "w_bit" or "nbits").Value is { ValueKind: JsonValueKind.Number } bits ? $" in {bits.GetRawText()} bits" : string.Empty;

    private static string Describe(TensorElementKind kind) => kind == TensorElementKind.Float8 ? "8-bit floats" : $"integers ({kind.ToString().ToLowerInvariant()})";

    private static ConversionException Refused(string what) => new(
        $"{what} Take the checkpoint that was not quantised; or load this one with its own library, call model.dequantize(), and save it in float16 or bfloat16.");

    [GeneratedRegex(@"\.(SCB|weight_format)$", RegexOptions.NonBacktracking)]
    private static partial Regex BitsAndBytesEight();

    [GeneratedRegex(@"\.(nested_)?(absmax|quant_map)$|\.quant_state\.", RegexOptions.NonBacktracking)]
    private static partial Regex BitsAndBytesFour();

    [GeneratedRegex(@"\.g_idx$", RegexOptions.NonBacktracking)]
    private static partial Regex GroupedIndices();

    [GeneratedRegex(@"_proj\.(B|s)$", RegexOptions.NonBacktracking)]
    private static partial Regex Marlin();

    [GeneratedRegex(@"\.(q_weight|q_invperm|q_scale|q_scale_max|q_groups|trellis|suh|svh)$", RegexOptions.NonBacktracking)]
    private static partial Regex ExLlama();

    [GeneratedRegex(@"\.(qweight|qzeros)$", RegexOptions.NonBacktracking)]
    private static partial Regex PackedIntegers();

    [GeneratedRegex(@"\.W_q$", RegexOptions.NonBacktracking)]
    private static partial Regex HalfQuadratic();

    [GeneratedRegex(@"\.weight_(packed|zero_point|shape|g_idx)$", RegexOptions.NonBacktracking)]
    private static partial Regex Compressed();

    [GeneratedRegex(@"\.(codes|codebooks|Qidxs)$", RegexOptions.NonBacktracking)]
    private static partial Regex Codebooks();

    [GeneratedRegex(@"\.weight\._(data|scale|shift)$|\.weight_qtype$", RegexOptions.NonBacktracking)]
    private static partial Regex Quanto();

    [GeneratedRegex(@"\.(weight_scale(_inv|_2)?|input_scale|activation_scale)$", RegexOptions.NonBacktracking)]
    private static partial Regex ScaledFloats();

    [GeneratedRegex(@"\.(scales|zero_point|weight_scales|_packed_params.*|tensor_impl.*)$", RegexOptions.NonBacktracking)]
    private static partial Regex ScaledIntegers();
}
