using Microsoft.Extensions.AI;

namespace MGLMM.Extensions.AI;

/// <summary>A chat as the model takes it: one picture, one instruction, and the turns about that picture before it.</summary>
internal sealed record PictureQuestion(DataContent Picture, string Instruction, IReadOnlyList<EarlierTurn> EarlierTurns)
{
    /// <summary>Earlier turns at most, the newest: a chat of more is read no further, whatever the model could take.</summary>
    public const int MaximumTurns = 512;

    private const string ImageType = "image";

    private int LeavesOutNext { get; init; } = 1;

    /// <summary>The question with fewer of its oldest turns, for a model that does not take them all: each time twice as many are left out, and never more than half.</summary>
    /// <remarks>So that a long dialogue is tried a few times rather than once a turn, and one that is a little too long loses little.</remarks>
    public PictureQuestion WithoutOldest() => this with
    {
        EarlierTurns = [.. EarlierTurns.Skip(Math.Min(LeavesOutNext, (EarlierTurns.Count + 1) / 2))],
        LeavesOutNext = LeavesOutNext * 2,
    };

    /// <summary>Reads a chat. The picture is the last one that the user showed; what was said before it is about another.</summary>
    /// <exception cref="ArgumentException">There is no picture, or no question behind it, or several pictures in one message.</exception>
    public static PictureQuestion Of(IEnumerable<ChatMessage> messages)
    {
        DataContent? picture = null;
        List<EarlierTurn> turns = new();
        List<string> asked = new();
        List<string> answered = new();
        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.Assistant)
            {
                if (asked.Count > 0 && message.Text.Trim() is { Length: > 0 } text)
                {
                    answered.Add(text);
                }

                continue;
            }

            // The model was trained without a system prompt and without tools: words of theirs would be answered as a question.
            if (message.Role != ChatRole.User)
            {
                continue;
            }

            Close();
            if (PictureOf(message) is { } shown)
            {
                picture = shown;
                turns.Clear();
                asked.Clear();
            }

            if (message.Text.Trim() is { Length: > 0 } said)
            {
                asked.Add(said);
            }
        }

        return picture is null ? throw new ArgumentException("The chat has no picture. Send one as a data URI (DataContent) with the user's message.", nameof(messages))
            : asked.Count == 0 || answered.Count > 0 ? throw new ArgumentException("The chat ends without a question: its last message must be the user's, with text.", nameof(messages))
            : new PictureQuestion(picture, string.Join('\n', asked), [.. turns.TakeLast(MaximumTurns)]);

        // A question that was never answered is part of the next one.
        void Close()
        {
            if (answered.Count > 0)
            {
                turns.Add(new EarlierTurn(string.Join('\n', asked), string.Join('\n', answered)));
                asked.Clear();
                answered.Clear();
            }
        }
    }

    private static DataContent? PictureOf(ChatMessage message)
    {
        DataContent? found = null;
        foreach (AIContent content in message.Contents)
        {
            if (content is UriContent address && address.HasTopLevelMediaType(ImageType))
            {
                throw new ArgumentException("A picture comes with its bytes (DataContent, a data URI); addresses are not fetched.", nameof(message));
            }

            if (content is DataContent data && data.HasTopLevelMediaType(ImageType))
            {
                found = found is null ? data : throw new ArgumentException("The model looks at one picture at a time; send one with each message.", nameof(message));
            }
        }

        return found;
    }
}
