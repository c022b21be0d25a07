using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// The base of the rotary embedding, from wherever a version of transformers writes it: <c>rope_theta</c> beside <c>rope_scaling</c>,
/// or both inside <c>rope_parameters</c> (version 5). A scaling that changes anything is refused, because none of the families' own
/// code applies one.
/// </summary>
internal static class RotaryPositions
{
    private const double DefaultTheta = 10000;

    /// <summary>The base.</summary>
    /// <exception cref="ConversionException">The positions are scaled, or two bases are stated.</exception>
    public static double Theta(CheckpointConfiguration configuration)
    {
        List<(string Where, double Value)> thetas = new();
        Add(configuration, "rope_theta");
        foreach (string key in (string[])["rope_scaling", "rope_parameters"])
        {
            if (!configuration.HasValue(key))
            {
                continue;
            }

            CheckpointConfiguration section = configuration.Section(key) ?? throw new ConversionException($"'{key}' in config.json is no object.");
            RequireUnscaled(section, key);
            Add(section, "rope_theta");
        }

        RequireWhole(configuration.Number("partial_rotary_factor"));
        double theta = thetas.Count == 0 ? DefaultTheta : thetas[0].Value;
        if (thetas.Find(other => other.Value != theta) is { Where: not null } other)
        {
            throw new ConversionException(
                FormattableString.Invariant($"{thetas[0].Where} says rope_theta {theta}, {other.Where} says {other.Value}. Only one can be what the model was trained with: correct the other."));
        }

        return theta > 0 && double.IsFinite(theta) ? theta : throw new ConversionException(FormattableString.Invariant($"config.json says rope_theta {theta}; it must be positive."));

        void Add(CheckpointConfiguration source, string key)
        {
            if (source.Number(key) is { } value)
            {
                thetas.Add((source.Source, value));
            }
        }
    }

    private static void RequireUnscaled(CheckpointConfiguration section, string key)
    {
        string? type = section.Text("rope_type") ?? section.Text("type");
        RequireWhole(section.Number("partial_rotary_factor"));
        if (type == "default" || (type == "linear" && section.Number("factor") == 1) || (type is null && key == "rope_parameters" && section.Members.All(member => member.Key == "rope_theta")))
        {
            return;
        }

        throw new ConversionException(type is null
            ? $"config.json asks for {key} without a rope_type. Correct it, or set {key} to null if the model was trained without."
            : $"config.json asks for {key} of the type '{type}', which no published MGLMM, GLaMM or LISA checkpoint uses and this converter does not support. "
                + $"Set {key} to null if the model was trained without.");
    }

    private static void RequireWhole(double? factor)
    {
        if (factor is { } value && value != 1)
        {
            throw new ConversionException(FormattableString.Invariant($"config.json says partial_rotary_factor {value}; only 1, rotating whole heads, is supported."));
        }
    }
}
