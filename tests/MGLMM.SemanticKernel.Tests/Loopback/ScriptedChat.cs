using System.Text.Json;

namespace MGLMM.SemanticKernel.Tests.Loopback;

/// <summary>
/// A brain that follows a script: an iterator that yields a reply, and finds the next request in <see cref="Request"/> when it goes on. It
/// knows handles only from what it was told.
/// </summary>
internal sealed class ScriptedChat
{
    private readonly IEnumerator<ChatReply> _script;

    public ScriptedChat(Func<ScriptedChat, IEnumerable<ChatReply>> script) => _script = script(this).GetEnumerator();

    public ChatRequest Request { get; private set; } = null!;

    /// <summary>The result of the last call.</summary>
    public JsonElement Result => Assert.Single(Request.LastResults);

    /// <summary>How many functions were called.</summary>
    public int CallCount { get; private set; }

    public ChatReply Answer(ChatRequest request)
    {
        Request = request;
        if (!_script.MoveNext())
        {
            throw new InvalidOperationException("The script is over, but the client asks on.");
        }

        CallCount += _script.Current.Calls.Count;
        return _script.Current;
    }
}
