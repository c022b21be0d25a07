using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>
/// Notices an agent that sends the same failing call again and again: from the third time in a row on, the error says so. Any other call, and
/// success, begins anew. Waiting for a busy model is no such loop, nor is a call that the caller ended. Thread-safe.
/// </summary>
internal sealed class RepeatedCalls
{
    /// <summary>How often the same call may fail before it is said.</summary>
    public const int Most = 3;

    private readonly Lock _gate = new();

    /// <summary>The hash of the last failing call: its arguments may be a whole picture, and it is remembered as long as the conversation is.</summary>
    private byte[]? _last;
    private int _count;

    /// <summary>What to tell of a call's result.</summary>
    public ToolResult Told(VisionTool tool, IEnumerable<KeyValuePair<string, object?>> arguments, ToolResult result)
    {
        ToolError? error = result as ToolError;
        if (error?.Code is ToolErrorCodes.Busy or ToolErrorCodes.Late or ToolErrorCodes.Cancelled)
        {
            return result;
        }

        byte[]? call = error is null ? null : HashOf($"{tool.Name} {error.Code} {string.Join('\u001f', arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal).Select(argument => $"{ArgumentText.Name(argument.Key)}={ArgumentText.Of(argument.Value)}"))}");
        int count;
        lock (_gate)
        {
            count = _count = call is not null && call.AsSpan().SequenceEqual(_last) ? _count + 1 : 1;
            _last = call;
        }

        return error is null || count < Most ? result : new ToolError
        {
            Code = ToolErrorCodes.Repeated,
            Message = $"This very call has failed {count} times in a row ({error.Code}): {error.Message}",
            Try = $"Do not send it again. {error.Try} If that is not possible, tell the user what did not work.",
        };
    }

    private static byte[] HashOf(string call) => SHA256.HashData(MemoryMarshal.AsBytes(call.ToUpperInvariant().AsSpan()));
}
