namespace MGLMM.Conversion.Checkpoints.Torch;

/// <summary>
/// How much work and memory a pickle may ask for. The defaults hold a state dict of some 40,000 tensors, ten times the
/// largest language models, and bound the memory that a hostile file can make the interpreter take to about 300 MB.
/// </summary>
internal sealed record PickleLimits
{
    /// <summary>The limits for files from outside.</summary>
    public static PickleLimits Default { get; } = new();

    /// <summary>The length of <c>data.pkl</c> in bytes.</summary>
    public int Length { get; init; } = 32 << 20;

    /// <summary>Instructions executed, which bounds the objects made.</summary>
    public int Opcodes { get; init; } = 2_000_000;

    /// <summary>Items on the stack at once.</summary>
    public int StackDepth { get; init; } = 65_536;

    /// <summary>Objects remembered for reuse.</summary>
    public int MemoSize { get; init; } = 1_000_000;

    /// <summary>Bytes of one string.</summary>
    public int StringLength { get; init; } = 1 << 20;

    /// <summary>Containers inside containers, and marks inside marks.</summary>
    public int Nesting { get; init; } = 64;
}
