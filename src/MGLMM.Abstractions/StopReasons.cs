namespace MGLMM;

/// <summary>Names of stop reasons in machine-readable output.</summary>
public static class StopReasons
{
    /// <summary><c>eos</c>, <c>max_new_tokens</c> or <c>max_length</c>.</summary>
    public static string ToWireName(this StopReason reason) => reason switch
    {
        StopReason.EndOfSequence => "eos",
        StopReason.MaximumNewTokens => "max_new_tokens",
        StopReason.MaximumLength => "max_length",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
