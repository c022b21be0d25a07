namespace MGLMM.Hosting;

/// <summary>A conversation in a list.</summary>
/// <param name="Conversation">Its handle.</param>
/// <param name="LastUsed">When it was last used, in UTC.</param>
/// <param name="Pictures">What its pictures are called, in the order they were opened.</param>
public sealed record ConversationSummary(string Conversation, DateTimeOffset LastUsed, IReadOnlyList<string> Pictures);
