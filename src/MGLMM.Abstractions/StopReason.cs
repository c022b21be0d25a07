namespace MGLMM;

/// <summary>Why generation stopped.</summary>
public enum StopReason
{
    /// <summary>The model ended its answer.</summary>
    EndOfSequence,

    /// <summary>The caller's limit of new tokens was reached.</summary>
    MaximumNewTokens,

    /// <summary>The model's longest sequence was reached.</summary>
    MaximumLength,
}
