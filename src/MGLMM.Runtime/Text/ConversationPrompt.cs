using System.Text;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Runtime.Text;

/// <summary>The prompt of a dialogue, from its first question to the assistant's open turn. Immutable.</summary>
/// <remarks>
/// <para>Reproduces the official prompt to the byte: see the golden prompts of the oracle.</para>
/// <para>
/// Questions are taken as they are, but for <c>&amp;lt;</c> and <c>&amp;gt;</c>, which mean <c>&lt;</c> and <c>&gt;</c> unless the
/// template says otherwise (<see cref="ConversationTemplate.UnescapeEntities"/>). Markup in a question is that token: a typed
/// <c>[SEG]</c> yields a mask of its own, counted before those of the answer, and a typed <c>&lt;/s&gt;</c> ends a turn. Callers with
/// untrusted text neutralise it first (<see cref="InstructionTemplates"/>).
/// </para>
/// </remarks>
internal sealed class ConversationPrompt
{
    private readonly ConversationTemplate _template;

    private ConversationPrompt(ConversationTemplate template, string text)
    {
        _template = template;
        Text = text;
    }

    /// <summary>The prompt, to be encoded with <see cref="GroundingTokenizer.EncodePrompt"/>.</summary>
    public string Text { get; }

    /// <summary>What stands before every first question.</summary>
    /// <remarks>
    /// All dialogues over one image share its ids up to the image placeholder and any added token behind it; the text that follows
    /// is encoded together with the question, so its last ids may differ.
    /// </remarks>
    public static string Opening(ConversationTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        string system = template.System.Length == 0 ? string.Empty : template.System + template.Separator;
        return system + template.UserRole + ": " + template.ImageSentence;
    }

    /// <summary>Opens a dialogue.</summary>
    /// <exception cref="ArgumentException">The question contains <c>&lt;image&gt;</c>.</exception>
    public static ConversationPrompt Start(ConversationTemplate template, string question) =>
        new(template, Opening(template) + Prepare(template, question) + template.Separator + template.AssistantRole + ":");

    /// <summary>Closes the assistant's turn and asks the next question.</summary>
    /// <param name="answer">
    /// The answer as <see cref="OfficialText"/> says it. Its own <c>&lt;/s&gt;</c> stays and the turn's end follows all the same, so
    /// that a finished answer is followed by two and one cut off by the length limit by one, as in the official code.
    /// </param>
    /// <param name="question">The next question.</param>
    /// <exception cref="ArgumentException">The question contains <c>&lt;image&gt;</c>.</exception>
    public ConversationPrompt FollowUp(string answer, string question) => FollowUp([(answer, question)]);

    /// <summary>Closes the assistant's turn and asks the next question, for each of several turns, in time that grows with their length alone.</summary>
    /// <inheritdoc cref="FollowUp(string, string)"/>
    /// <param name="turns">Of each turn the answer before it and its question, oldest first.</param>
    public ConversationPrompt FollowUp(IEnumerable<(string Answer, string Question)> turns)
    {
        StringBuilder text = new(Text);
        foreach ((string answer, string asked) in turns)
        {
            ArgumentNullException.ThrowIfNull(answer);
            string question = Prepare(_template, asked);

            // The official template writes nothing but the role for an empty message.
            if (answer.Length > 0)
            {
                // A model that spells out <image> must not add a second image to the prompt.
                text.Append(' ').Append(answer.Replace(GroundingTokenizer.ImageMarkup, "&lt;image&gt;", StringComparison.Ordinal)).Append(_template.TurnEnd);
            }

            text.Append(_template.UserRole).Append(':');
            if (question.Length > 0)
            {
                text.Append(' ').Append(question).Append(_template.Separator);
            }

            text.Append(_template.AssistantRole).Append(':');
        }

        return new ConversationPrompt(_template, text.ToString());
    }

    /// <summary>What the model's own code makes of the two entities in a question.</summary>
    internal static string Unescape(ConversationTemplate template, string text) => template.UnescapeEntities == false
        ? text
        : text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);

    private static string Prepare(ConversationTemplate template, string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        question = Unescape(template, question);
        return question.Contains(GroundingTokenizer.ImageMarkup, StringComparison.Ordinal)
            ? throw new ArgumentException(
                $"The question contains {GroundingTokenizer.ImageMarkup}, which stands for the picture and is put into the prompt by "
                + "itself. Remove it.",
                nameof(question))
            : question;
    }
}
