namespace MGLMM.Hub.Pulling;

/// <summary>Which model to fetch, and what to make of it.</summary>
public sealed class PullOptions
{
    /// <summary>The model.</summary>
    public required HubModel Model { get; init; }

    /// <summary>The bundle folder to write; null takes one in <see cref="HubSettings.BundlesFolder"/>.</summary>
    public string? Output { get; init; }

    /// <summary><c>fp32</c>, <c>fp16</c>, <c>int8</c> or <c>int4</c>; null chooses by the checkpoint's size: int4 for the CPU from 4 GB on, else fp16.</summary>
    public string? Precision { get; init; }

    /// <summary>What the activations of an <c>int4</c> or <c>int8</c> decoder are rounded to on the CPU: <c>int8</c> or <c>fp32</c>; see <see cref="MGLMM.Conversion.ConversionOptions.Activations"/>.</summary>
    public string Activations { get; init; } = "int8";

    /// <summary>How many weights of an <c>int4</c> decoder share one scale: 32, 64 or 128; see <see cref="MGLMM.Conversion.ConversionOptions.BlockSize"/>.</summary>
    public int BlockSize { get; init; } = 32;

    /// <summary>What the image encoders' products are computed in on the CPU: <c>fp32</c> or <c>int8</c>; null and more: <see cref="MGLMM.Conversion.ConversionOptions.Encoders"/>.</summary>
    public string? Encoders { get; init; }

    /// <summary><c>cpu</c> or <c>cuda</c>.</summary>
    public string Accelerator { get; init; } = "cpu";

    /// <summary>The CLIP tower: a folder, or a model of the hub; null takes the one that config.json names.</summary>
    public string? VisionTower { get; init; }

    /// <summary><c>mglmm</c>, <c>glamm</c> or <c>lisa</c>; null detects it.</summary>
    public string? Family { get; init; }

    /// <summary>The licence to write into the manifest; null takes the one of the model's card.</summary>
    public string? Licence { get; init; }

    /// <summary>Converts even if the checkpoint holds tensors that the family's own code does not have; they are left out.</summary>
    public bool AllowLeftOver { get; init; }

    /// <summary>Keeps the checkpoint's files in the cache; otherwise each is deleted when it is converted.</summary>
    public bool Keep { get; init; }

    /// <summary>Replaces an existing bundle, once the new one is complete.</summary>
    public bool Overwrite { get; init; }
}
