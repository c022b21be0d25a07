namespace MGLMM.Data.Annotation.Proposals;

/// <summary>Asks a model in its own wording for a task, where it has one.</summary>
internal static class GroundedQuestion
{
    /// <summary>The answers that list what is in the whole picture: what they name lies side by side, whichever of them named it.</summary>
    public const string WholePicture = "whole picture";

    /// <summary>The answer; null where the model knows no wording for the task or cannot take the value.</summary>
    public static async Task<GroundedAnswer?> AskAsync(IGroundingModel model, IOpenedImage image, string task, string? value, CancellationToken cancellationToken)
    {
        InstructionTemplates instructions = model.Card.Instructions;
        if (!instructions.Supports(task))
        {
            return null;
        }

        string instruction;
        try
        {
            instruction = instructions.Fill(task, value is null ? null : Fitted(model.Card.Wordings[task][0], value));
        }
        catch (ArgumentException)
        {
            // A model's own phrase may be empty or too long; it cannot be asked about then.
            return null;
        }

        return await image.AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The masks of an answer that hold any pixel, with what they are called.</summary>
    public static IEnumerable<MaskProposal> Masks(GroundedAnswer? answer, string source) =>
        (answer?.Segments ?? []).Where(segment => !segment.Mask.IsEmpty).Select(segment => new MaskProposal(segment.Mask, segment.Phrase) { Answer = source });

    /// <summary>Templates bring an article or they do not; never two in a row.</summary>
    private static string Fitted(string template, string value)
    {
        int at = template.IndexOf('{', StringComparison.Ordinal);
        bool article = at > 0 && (template[..at].EndsWith("the ", StringComparison.OrdinalIgnoreCase) || template[..at].EndsWith("a ", StringComparison.OrdinalIgnoreCase));
        return article && value.StartsWith("the ", StringComparison.OrdinalIgnoreCase) ? value["the ".Length..] : value;
    }
}
