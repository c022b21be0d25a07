using System.Text.Json;

namespace MGLMM.SemanticKernel.Tests.Loopback;

/// <summary>What the brain answers: words, or function calls.</summary>
internal sealed record ChatReply(string? Text, IReadOnlyList<ChatCall> Calls)
{
    public static ChatReply Say(string text) => new(text, []);

    public static ChatReply Call(string function, object arguments) => CallAll(new ChatCall(function, arguments));

    public static ChatReply CallAll(params ChatCall[] calls) => new(null, calls);
}

/// <summary>A function call. The function is named as it is defined, without any prefix of a surface.</summary>
internal sealed record ChatCall(string Function, string Arguments)
{
    public ChatCall(string function, object arguments)
        : this(function, JsonSerializer.Serialize(arguments))
    {
    }
}
