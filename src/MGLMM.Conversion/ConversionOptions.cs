using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using MGLMM.Runtime;

namespace MGLMM.Conversion;

/// <summary>What to convert and how.</summary>
public sealed class ConversionOptions
{
    /// <summary>The checkpoint's Hugging Face folder: config.json, weights, tokenizer.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>The Hugging Face folder of the CLIP vision tower, which the checkpoint itself does not hold.</summary>
    public required string VisionTower { get; init; }

    /// <summary>The bundle folder to write. It must not exist unless <see cref="Overwrite"/> is set.</summary>
    public required string Output { get; init; }

    /// <summary>How weights are stored: <c>fp32</c>, <c>fp16</c> (the default), or <c>int8</c> or <c>int4</c> (the decoder's projections, in blocks with a scale each; the rest fp16).</summary>
    public string Precision { get; init; } = "fp16";

    /// <summary>
    /// How many weights of an <c>int4</c> decoder share one scale: 32 (the default), 64 or 128. With 128 the bundle is a tenth smaller and a prompt is read in two thirds of the time on a CPU,
    /// but weights lie an eighth further from what they were. Without a meaning for other precisions.
    /// </summary>
    public int BlockSize { get; init; } = StandardBlockSize;

    /// <summary>The block size where none is asked for.</summary>
    internal const int StandardBlockSize = 32;

    /// <summary>
    /// What the activations of a product with <c>int8</c> or <c>int4</c> weights are rounded to on the CPU: <c>int8</c> (the default), each block with a scale of its own, which is several
    /// times as fast and may choose otherwise between tokens that are almost equally likely (the decoder's head has 8 bits then too); or <c>fp32</c>, which leaves them exact.
    /// </summary>
    public string Activations { get; init; } = "int8";

    /// <summary>
    /// What the image encoders' products are computed in on the CPU: <c>fp32</c>, or <c>int8</c>, weights and activations both rounded block by block, which is faster
    /// (about 1.5 times on two cores), loads in a sixth of the time and keeps its weights in a quarter of the memory. Null takes int8 beside a decoder of <c>int8</c> or <c>int4</c>, whose error is larger, and fp32 else. Not for CUDA, which computes
    /// in fp16.
    /// </summary>
    public string? Encoders { get; init; }

    /// <summary>What the encoders' products are computed in, with what null stands for put in.</summary>
    internal string EncodersOrDefault => EncodersFor(Encoders, Precision, Accelerator);

    /// <summary>What the products of a decoder's projections round activations to: <c>fp32</c> where that is no question.</summary>
    internal static string ActivationsFor(string activations, string precision, string accelerator) => accelerator == "cpu" && precision is "int4" or "int8" ? activations : "fp32";

    /// <summary>Weights of the decoder that share a scale: 32 where there are no blocks of four bits.</summary>
    internal static int BlockSizeFor(int blockSize, string precision) => precision == "int4" ? blockSize : StandardBlockSize;

    /// <summary>What the encoders' products are computed in, with what null stands for put in.</summary>
    internal static string EncodersFor(string? encoders, string precision, string accelerator) => accelerator != "cpu" ? "fp32" : encoders ?? (precision is "int4" or "int8" ? "int8" : "fp32");

    /// <summary>What the graphs compute for: <c>cpu</c> (fp32 arithmetic, the default) or <c>cuda</c> (fp16 arithmetic).</summary>
    public string Accelerator { get; init; } = "cpu";

    /// <summary><c>mglmm</c>, <c>glamm</c> or <c>lisa</c>; null detects it from the tensor names.</summary>
    public string? Family { get; init; }

    /// <summary>The name to write into the manifest; null takes the checkpoint folder's name.</summary>
    public string? Name { get; init; }

    /// <summary>The licence of the weights to write into the manifest; null says that it is not stated.</summary>
    public string? Licence { get; init; }

    /// <summary>
    /// Converts even if the checkpoint holds tensors that the family's own code does not have, unmerged adapters among them. They are left
    /// out, so that answers may differ from the checkpoint's own.
    /// </summary>
    public bool AllowLeftOver { get; init; }

    /// <summary>Replaces an existing bundle, once the new one is complete.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The name to write where neither <see cref="Name"/> nor the checkpoint's own mglmm.json says one; null takes the folder's.</summary>
    internal string? FallbackName { get; init; }

    /// <summary>The licence to write where neither <see cref="Licence"/> nor the checkpoint's own mglmm.json says one.</summary>
    internal string? FallbackLicence { get; init; }

    /// <summary>Opens a file of tensors by its path; null opens files on the disk. For files that are still arriving.</summary>
    internal Func<string, MappedFile>? OpenFile { get; init; }
}

/// <summary>How far a conversion has come.</summary>
/// <param name="Stage">What is being written, for people.</param>
/// <param name="Elements">Weights converted so far.</param>
/// <param name="TotalElements">Weights to convert in all.</param>
public readonly record struct ConversionProgress(string Stage, long Elements, long TotalElements);

/// <summary>What a conversion did.</summary>
/// <param name="Folder">The finished bundle.</param>
/// <param name="Family">The checkpoint's family.</param>
/// <param name="Bytes">The bundle's size.</param>
/// <param name="LeftOver">Tensors that no part of the model uses and that are not known to be dead weight; empty unless they are allowed.</param>
/// <param name="Unused">How many tensors that inference never reads (see the docs) were left out.</param>
/// <param name="Remarks">Anything else worth a reader's attention.</param>
public sealed record ConversionReport(
    string Folder, string Family, long Bytes, IReadOnlyList<string> LeftOver, int Unused, IReadOnlyList<string> Remarks);
