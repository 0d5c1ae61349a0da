export type Item = Record<string, unknown>;

export type Table = Record<string, unknown> & {
  TableName: string;
  TableStatus: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: (Record<string, unknown> & { IndexName: string })[];
};
